namespace IdResolution.Core.ChangeLog;

/// <summary>The operation on an object. The numbers are part of the log format.</summary>
public enum LogOperation : byte
{
    /// <summary>The object was made.</summary>
    Create = 1,

    /// <summary>The object's values changed.</summary>
    Update = 2,

    /// <summary>The record was revoked. A tombstone stays.</summary>
    Revoke = 3,

    /// <summary>The record was brought back from its tombstone.</summary>
    Reinstate = 4,

    /// <summary>Values were erased from all versions.</summary>
    Erase = 5,
}
