namespace IdResolution.Core.Resolution;

/// <summary>How a resolution ends.</summary>
public enum ResolutionKind
{
    /// <summary>The record is here and active.</summary>
    Found,

    /// <summary>The identifier is a template's own.</summary>
    Template,

    /// <summary>The record is a tombstone.</summary>
    Revoked,

    /// <summary>Nothing is registered under a prefix that is homed here.</summary>
    Absent,

    /// <summary>The prefix is not homed here, and no other node gave a record.</summary>
    Elsewhere,

    /// <summary>Another node gave its record.</summary>
    Foreign,

    /// <summary>The caller may not resolve.</summary>
    Refused,
}
