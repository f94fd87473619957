using System.Diagnostics.CodeAnalysis;
using IdResolution.Core.Handles;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Codec;

/// <summary>Reads the values that grant rights (HS_ADMIN and HS_VLIST) with the codec of the Handle protocol.</summary>
internal sealed class AdminValueReader : IAdminValueReader
{
    public bool TryReadAdmin(ReadOnlySpan<byte> data, [NotNullWhen(true)] out AdminGrant? grant)
    {
        grant = AdminRecord.TryRead(data, out var record)
            ? new AdminGrant((AdminRights)record.Permissions, record.Administrator.ToReference())
            : null;
        return grant is not null;
    }

    public bool TryReadGroup(ReadOnlySpan<byte> data, [NotNullWhen(true)] out IReadOnlyList<Reference>? members)
    {
        members = ValueListRecord.TryRead(data, out var record)
            ? [.. record.Members.Select(HandleValueExtensions.ToReference)]
            : null;
        return members is not null;
    }
}
