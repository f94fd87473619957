namespace IdResolution.Core.Records;

/// <summary>The outcomes of a write; those up to <see cref="Reinstated"/> wrote a log entry.</summary>
public enum WriteOutcome
{
    /// <summary>A new record.</summary>
    Created,

    /// <summary>A new version (update, revoke, erase).</summary>
    Changed,

    /// <summary>A tombstone brought back with the values given.</summary>
    Reinstated,

    /// <summary>The same registration was accepted before; nothing written.</summary>
    Same,

    /// <summary>The identifier is taken by another registration.</summary>
    IdentifierTaken,

    /// <summary>The business key is bound to another registration.</summary>
    KeyTaken,

    /// <summary>The record is a tombstone.</summary>
    Revoked,

    /// <summary>No such record.</summary>
    NotFound,

    /// <summary>The record has another version by now.</summary>
    VersionConflict,

    /// <summary>Another active record has the unique value.</summary>
    NotUnique,

    /// <summary>The store failed; nothing written.</summary>
    Failed,
}
