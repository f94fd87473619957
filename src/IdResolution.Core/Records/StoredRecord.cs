using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Records;

/// <summary>A record as a store holds it. Immutable.</summary>
public sealed record StoredRecord
{
    /// <summary>The object number in the log; it never changes.</summary>
    public required long Object { get; init; }

    /// <summary>The lookup key: the folded identifier.</summary>
    public required LookupKey Key { get; init; }

    /// <summary>The version number, 1 or more.</summary>
    public required long Version { get; init; }

    /// <summary>The sequence number of the log entry that made this version.</summary>
    public required long Sequence { get; init; }

    /// <summary>Active or revoked (a tombstone).</summary>
    public required RecordStatus Status { get; init; }

    /// <summary>The digest of the registration that made or reinstated the record, 32 bytes.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>The time of the registration, in microseconds since 1970 UTC.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>The time of the last write, in microseconds since 1970 UTC.</summary>
    public required long UpdatedAt { get; init; }

    /// <summary>The values and their salts, read by <see cref="ChangeLog.StateReader"/>.</summary>
    public required byte[] State { get; init; }
}
