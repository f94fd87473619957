namespace IdResolution.Core.Records;

/// <summary>The outcomes of a write. The outcomes up to <see cref="Reinstated"/> wrote a log entry.</summary>
public enum WriteOutcome
{
    /// <summary>A new record was made.</summary>
    Created,

    /// <summary>A change wrote a new version of the record.</summary>
    Changed,

    /// <summary>A tombstone was brought back with the values given.</summary>
    Reinstated,

    /// <summary>The same registration was accepted before. Nothing was written.</summary>
    Same,

    /// <summary>The identifier is taken by another registration.</summary>
    IdentifierTaken,

    /// <summary>The business key is bound to another registration.</summary>
    KeyTaken,

    /// <summary>The record is a tombstone.</summary>
    Revoked,

    /// <summary>There is no record under the key.</summary>
    NotFound,

    /// <summary>The record has another version than the change expects.</summary>
    VersionConflict,

    /// <summary>Another active record has the unique value.</summary>
    NotUnique,

    /// <summary>An event that was given with the registration is refused. Nothing was written.</summary>
    EventRefused,

    /// <summary>The store failed. Nothing was written.</summary>
    Failed,
}
