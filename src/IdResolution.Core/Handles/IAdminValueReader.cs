using System.Diagnostics.CodeAnalysis;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>
/// Reads the data of the values that rights are judged by. A port, so that there is one codec for them: that of the
/// Handle protocol, which the core does not know.
/// </summary>
public interface IAdminValueReader
{
    /// <summary>Reads the data of an HS_ADMIN value; false where it is none.</summary>
    bool TryReadAdmin(ReadOnlySpan<byte> data, [NotNullWhen(true)] out AdminGrant? grant);

    /// <summary>Reads the data of an HS_VLIST value: the members of a group; false where it is none.</summary>
    bool TryReadGroup(ReadOnlySpan<byte> data, [NotNullWhen(true)] out IReadOnlyList<Reference>? members);
}
