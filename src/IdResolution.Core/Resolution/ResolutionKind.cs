namespace IdResolution.Core.Resolution;

/// <summary>The kinds of outcomes of a resolution.</summary>
public enum ResolutionKind
{
    /// <summary>This node has the record, and it is active.</summary>
    Found,

    /// <summary>The identifier is the own identifier of a template.</summary>
    Template,

    /// <summary>The record is a tombstone.</summary>
    Revoked,

    /// <summary>
    /// The prefix is homed here, but nothing is registered under the identifier; or the caller is bound to another.
    /// </summary>
    Absent,

    /// <summary>The prefix is not homed here, and no other node gave a record.</summary>
    Elsewhere,

    /// <summary>Another node gave its public values.</summary>
    Foreign,

    /// <summary>The caller may not resolve.</summary>
    Refused,
}
