using System.Diagnostics.CodeAnalysis;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>
/// Decodes the values that give rights. It is a port because the codec belongs to the Handle protocol, which the core
/// does not know.
/// </summary>
public interface IAdminValueReader
{
    /// <summary>Decodes the data of an HS_ADMIN value; false if it is malformed.</summary>
    bool TryReadAdmin(ReadOnlySpan<byte> data, [NotNullWhen(true)] out AdminGrant? grant);

    /// <summary>Decodes the data of an HS_VLIST value, the members of a group; false if it is malformed.</summary>
    bool TryReadGroup(ReadOnlySpan<byte> data, [NotNullWhen(true)] out IReadOnlyList<Reference>? members);
}
