using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Messages;

namespace IdResolution.Server.Handle.Operations;

/// <summary>What this node knows of a handle.</summary>
/// <param name="Code">Success, HandleNotFound, NotResponsible or InvalidHandle.</param>
/// <param name="Identifier">The handle; null where it is none.</param>
/// <param name="Record">Its record; null for a rendered prefix record and where there is none.</param>
/// <param name="Values">All its values, secrets as they are stored.</param>
/// <param name="MayBeOld">True where the answer may lack what was written lately.</param>
internal sealed record FoundHandle(
    ResponseCode Code,
    Identifier? Identifier,
    StoredRecord? Record,
    IReadOnlyList<RawValue> Values,
    bool MayBeOld = false
)
{
    /// <summary>Whether there is such a handle.</summary>
    public bool Exists => Code == ResponseCode.Success;

    /// <summary>True where another node holds it and gave its public values.</summary>
    public bool IsForeign { get; init; }
}
