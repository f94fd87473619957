namespace IdResolution.Core.Access;

/// <summary>One line of the audit log: an administrative act or a denial.</summary>
/// <param name="Time">Microseconds since 1970 UTC.</param>
/// <param name="Caller">The key's id, <c>anonymous</c>, <c>command-line</c> or <c>node</c>.</param>
/// <param name="Action">What was done or tried, such as <c>template.publish</c>.</param>
/// <param name="Target">What it was done to.</param>
/// <param name="Outcome"><c>done</c>, or the error code of a denial.</param>
/// <param name="Count">How often within the minute, for denials.</param>
public sealed record AuditEvent(long Time, string Caller, string Action, string Target, string Outcome, long Count = 1)
{
    /// <summary>The number of the line, 1 and up; 0 before it is stored.</summary>
    public long Id { get; init; }
}
