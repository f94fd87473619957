namespace IdResolution.Core.ChangeLog;

/// <summary>What was done. The numbers are part of the log format.</summary>
public enum LogOperation : byte
{
    /// <summary>The object is new.</summary>
    Create = 1,

    /// <summary>Its values changed.</summary>
    Update = 2,

    /// <summary>It was revoked (a tombstone stays).</summary>
    Revoke = 3,

    /// <summary>It was brought back from its tombstone.</summary>
    Reinstate = 4,

    /// <summary>A value was erased from all versions.</summary>
    Erase = 5,
}
