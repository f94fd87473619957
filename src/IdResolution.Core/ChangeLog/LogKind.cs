namespace IdResolution.Core.ChangeLog;

/// <summary>
/// What kind of object an entry is about. Readers skip kinds they do not know. The numbers are part of the log format.
/// </summary>
public enum LogKind : byte
{
    /// <summary>An identifier's record.</summary>
    Record = 1,

    /// <summary>A version of a template.</summary>
    Template = 2,

    /// <summary>A homed prefix.</summary>
    Prefix = 3,

    /// <summary>An API key.</summary>
    Key = 4,

    /// <summary>A category, coding rule or setting.</summary>
    Configuration = 5,
}
