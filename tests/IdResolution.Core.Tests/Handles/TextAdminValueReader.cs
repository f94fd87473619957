using System.Diagnostics.CodeAnalysis;
using System.Text;
using IdResolution.Core.Handles;
using IdResolution.Core.Records;

namespace IdResolution.Core.Tests.Handles;

/// <summary>
/// Values that rights are judged by as text: <c>RIGHTS INDEX:HANDLE</c>, and <c>INDEX:HANDLE INDEX:HANDLE …</c>.
/// </summary>
internal sealed class TextAdminValueReader : IAdminValueReader
{
    public static byte[] Admin(AdminRights rights, Reference administrator) =>
        Encoding.UTF8.GetBytes($"{(int)rights} {administrator}");

    public static byte[] Group(params Reference[] members) =>
        Encoding.UTF8.GetBytes(string.Join(' ', (object[])members));

    public bool TryReadAdmin(ReadOnlySpan<byte> data, [NotNullWhen(true)] out AdminGrant? grant)
    {
        var parts = Encoding.UTF8.GetString(data).Split(' ');
        grant =
            parts.Length == 2 && int.TryParse(parts[0], out var rights)
                ? new AdminGrant((AdminRights)rights, Reference(parts[1]))
                : null;
        return grant is not null;
    }

    public bool TryReadGroup(ReadOnlySpan<byte> data, [NotNullWhen(true)] out IReadOnlyList<Reference>? members)
    {
        members = [.. Encoding.UTF8.GetString(data).Split(' ').Select(Reference)];
        return true;
    }

    private static Reference Reference(string text)
    {
        var parts = text.Split(':', 2);
        return new Reference(parts[1], int.Parse(parts[0]));
    }
}
