using IdResolution.Core.Access;

namespace IdResolution.Server.Hosting.Auditing;

/// <summary>
/// Gives lines of the audit log to the export of telemetry, as log records. The console does not show them.
/// </summary>
internal sealed partial class TelemetrySink(ILoggerFactory loggers) : IAuditSink
{
    /// <summary>The category of the log records.</summary>
    public const string Category = "IdResolution.Audit";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    public string Name => "audit:otlp";

    public bool BeginsAtFirst => false;

    public long Sent { get; private set; }

    public Task SendAsync(IReadOnlyList<AuditEvent> lines, CancellationToken cancellationToken)
    {
        foreach (var line in lines)
        {
            Line(
                _logger,
                line.Id,
                line.Time,
                line.Kind,
                line.Caller,
                line.Source,
                line.OsUser,
                line.Action,
                line.Target,
                line.Outcome,
                line.Count,
                line.Trace,
                line.Node
            );
            Sent = line.Id;
        }
        return Task.CompletedTask;
    }

    [LoggerMessage(
        EventId = 95,
        EventName = "AuditLine",
        Level = LogLevel.Information,
        Message = "Audit {Id} {Time} {Kind}: {Caller} {Source} {OsUser} {Action} {Target} {Outcome} {Count} "
            + "{AuditTrace} {Node}"
    )]
    private static partial void Line(
        ILogger logger,
        long id,
        long time,
        AuditKind kind,
        string caller,
        string source,
        string osUser,
        string action,
        string target,
        string outcome,
        long count,
        string auditTrace,
        string node
    );
}
