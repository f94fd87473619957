namespace IdResolution.Core.ChangeLog;

/// <summary>
/// The kind of object that an entry is about. Readers skip unknown kinds. The numbers are part of the log format.
/// </summary>
public enum LogKind : byte
{
    /// <summary>The record of an identifier.</summary>
    Record = 1,

    /// <summary>A version of a template.</summary>
    Template = 2,

    /// <summary>A prefix that was homed or unhomed.</summary>
    Prefix = 3,

    /// <summary>An API key.</summary>
    Key = 4,

    /// <summary>A category, coding rule or setting.</summary>
    Configuration = 5,

    /// <summary>What happened to items.</summary>
    Event = 6,

    /// <summary>What a partner is shown.</summary>
    Grant = 7,
}
