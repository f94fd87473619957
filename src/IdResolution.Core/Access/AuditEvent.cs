namespace IdResolution.Core.Access;

/// <summary>A line of the audit log: an administrative act, or a denial.</summary>
/// <param name="Time">The time of the act, or the minute of the denials, in microseconds since 1970 UTC.</param>
/// <param name="Caller">The name of the caller, such as a key's id or <c>anonymous</c>.</param>
/// <param name="Action">The act that was done or tried, such as <c>template.publish</c>.</param>
/// <param name="Target">The object of the act; empty for denials.</param>
/// <param name="Outcome"><c>done</c>, or the error code of the denial.</param>
/// <param name="Count">How often it was denied in that minute; 1 for an act.</param>
public sealed record AuditEvent(long Time, string Caller, string Action, string Target, string Outcome, long Count = 1)
{
    /// <summary>The number of the line, 1 and up; 0 before it is stored.</summary>
    public long Id { get; init; }
}
