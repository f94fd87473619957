namespace IdResolution.Core.Access;

/// <summary>A line of the audit log: an act, or a denial.</summary>
/// <param name="Time">The time of the act, or the minute of gathered lines, in microseconds since 1970 UTC.</param>
/// <param name="Caller">The name of the caller, such as a key's id or <c>anonymous</c>.</param>
/// <param name="Action">The act that was done or tried, such as <c>template.publish</c>.</param>
/// <param name="Target">
/// The object of the act. Empty if the caller named nothing that exists or is an identifier: other text from callers is
/// not stored.
/// </param>
/// <param name="Outcome"><c>done</c>, <c>ended-early</c>, or the error code of the denial.</param>
/// <param name="Count">How often, for gathered lines; how many records, for acts on many; else 1.</param>
public sealed record AuditEvent(long Time, string Caller, string Action, string Target, string Outcome, long Count = 1)
{
    /// <summary>The outcome of an act.</summary>
    public const string Done = "done";

    /// <summary>The outcome of an act on many records that ended before the last of them.</summary>
    public const string EndedEarly = "ended-early";

    /// <summary>The number of the line, 1 and up; 0 before it is stored.</summary>
    public long Id { get; init; }

    /// <summary>The kind, which says how long the line is kept.</summary>
    public AuditKind Kind { get; init; }

    /// <summary>
    /// The network that the request came from: an IPv4 address or the /64 of an IPv6 address; <c>others</c> for lines
    /// beyond the number of a minute. Empty for the command line and the node itself.
    /// </summary>
    public string Source { get; init; } = "";

    /// <summary>
    /// The W3C trace id of the request, or of the first one that was gathered; 32 hexadecimal digits or empty.
    /// </summary>
    public string Trace { get; init; } = "";

    /// <summary>The operating system's user behind the command line, such as <c>ann (root)</c>; else empty.</summary>
    public string OsUser { get; init; } = "";

    /// <summary>The name of the process that wrote the line.</summary>
    public string Node { get; init; } = "";

    /// <summary>The place in the chain; null before the line is stored, and for lines of earlier versions.</summary>
    public AuditLink? Link { get; init; }
}
