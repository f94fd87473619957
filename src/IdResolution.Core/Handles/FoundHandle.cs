using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>What this node found for a handle.</summary>
public sealed record FoundHandle
{
    /// <summary>
    /// The reason if there is no such handle: <see cref="ErrorCode.NotFound"/>, <see cref="ErrorCode.NotResponsible"/>
    /// or <see cref="ErrorCode.InvalidIdentifier"/>. Null if the handle exists.
    /// </summary>
    public Error? Error { get; init; }

    /// <summary>The parsed handle; null if the text is not a handle.</summary>
    public Identifier? Identifier { get; init; }

    /// <summary>The stored record; null for a rendered prefix record, a foreign handle, or none.</summary>
    public StoredRecord? Record { get; init; }

    /// <summary>The cached entry of the record; null if it was not read through the cache.</summary>
    public CachedRecord? Entry { get; init; }

    /// <summary>All values of the handle. Secrets are encrypted, as they are stored.</summary>
    public IReadOnlyList<RawValue> Values { get; init; } = [];

    /// <summary>True if the values may be out of date, because the node is behind the log.</summary>
    public bool MayBeOld { get; init; }

    /// <summary>True if the values are the public values that another node gave.</summary>
    public bool IsForeign { get; init; }

    /// <summary>True if the handle exists.</summary>
    public bool Exists => Error is null;

    /// <summary>True if the record was made with a template.</summary>
    public bool IsTemplated => Record is not null && RecordState.IsTemplated(Record);
}
