using IdResolution.Core.Access;

namespace IdResolution.Server.Rest;

/// <summary>A line of the audit log as <c>idnode audit export</c> writes it, with its place in the chain.</summary>
internal sealed record AuditLine(
    long Id,
    long Micros,
    DateTimeOffset Time,
    AuditKind Kind,
    string Caller,
    string Source,
    string OsUser,
    string Action,
    string Target,
    string Outcome,
    long Count,
    string TraceId,
    string Node,
    long Position,
    string Previous,
    string Hash
)
{
    public static AuditLine Of(AuditEvent line) =>
        new(
            line.Id,
            line.Time,
            Core.Primitives.Micros.ToTime(line.Time),
            line.Kind,
            line.Caller,
            line.Source,
            line.OsUser,
            line.Action,
            line.Target,
            line.Outcome,
            line.Count,
            line.Trace,
            line.Node,
            line.Link?.Position ?? 0,
            Convert.ToHexStringLower(line.Link?.Previous ?? []),
            Convert.ToHexStringLower(line.Link?.Hash ?? [])
        );
}
