using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>What this node knows of a handle.</summary>
public sealed record FoundHandle
{
    /// <summary>
    /// Why there is nothing: <see cref="ErrorCode.NotFound"/>, <see cref="ErrorCode.NotResponsible"/> or
    /// <see cref="ErrorCode.InvalidIdentifier"/>; null where the handle exists.
    /// </summary>
    public Error? Error { get; init; }

    /// <summary>The handle; null where it is none.</summary>
    public Identifier? Identifier { get; init; }

    /// <summary>Its record; null for a rendered prefix record and where there is none.</summary>
    public StoredRecord? Record { get; init; }

    /// <summary>The cached entry of the record, where it was read through the cache.</summary>
    public CachedRecord? Entry { get; init; }

    /// <summary>All its values, secrets as they are stored.</summary>
    public IReadOnlyList<RawValue> Values { get; init; } = [];

    /// <summary>True where the answer may lack what was written lately.</summary>
    public bool MayBeOld { get; init; }

    /// <summary>True where another node holds it and gave its public values.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Whether there is such a handle.</summary>
    public bool Exists => Error is null;

    /// <summary>Whether it is the record of an item made with a template.</summary>
    public bool IsTemplated => Record is not null && RecordState.IsTemplated(Record);
}
