using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Records;

/// <summary>A record as a store holds it. Immutable.</summary>
public sealed record StoredRecord
{
    /// <summary>The object number in the log.</summary>
    public required long Object { get; init; }

    /// <summary>What it is found by.</summary>
    public required LookupKey Key { get; init; }

    /// <summary>1 and up.</summary>
    public required long Version { get; init; }

    /// <summary>The log entry that made this version.</summary>
    public required long Sequence { get; init; }

    /// <summary>Active or tombstone.</summary>
    public required RecordStatus Status { get; init; }

    /// <summary>The digest of the registration it is bound to, 32 bytes.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>Microseconds since 1970 UTC.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Microseconds since 1970 UTC.</summary>
    public required long UpdatedAt { get; init; }

    /// <summary>Values and salts, see <see cref="ChangeLog.StateReader"/>.</summary>
    public required byte[] State { get; init; }
}
