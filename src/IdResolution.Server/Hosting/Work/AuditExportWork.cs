using IdResolution.Core.Access;
using IdResolution.Core.Leases;
using IdResolution.Server.Hosting.Auditing;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Sends lines of the audit log to each sink, from where it stood, by one node at a time. A line is sent at least once.
/// </summary>
internal sealed class AuditExportWork(
    IAuditStore store,
    IEnumerable<IAuditSink> sinks,
    ILeaseStore leases,
    NodeName name,
    TimeProvider time,
    ILogger<AuditExportWork> logger
) : PeriodicWork("audit export", TimeSpan.FromSeconds(1), time, logger)
{
    private const int Page = 500;

    private readonly LeaseKeeper _lease = new(leases, "audit-export", name.ToString(), time);

    protected override async Task DoAsync(CancellationToken stoppingToken)
    {
        foreach (var sink in sinks)
        {
            while (await DoAsync(sink, stoppingToken))
            {
                // There may be more.
            }
        }
    }

    /// <summary>Sends the next lines. True if there may be more.</summary>
    private async Task<bool> DoAsync(IAuditSink sink, CancellationToken stoppingToken)
    {
        if (await store.FindCursorAsync(sink.Name, stoppingToken) is not { } cursor)
        {
            cursor = sink.BeginsAtFirst ? 0 : (await store.HeadsAsync(stoppingToken)).Max(h => h.Line);
            await store.MoveCursorAsync(sink.Name, cursor, stoppingToken);
        }
        var lines = await store.FollowAsync(Math.Max(cursor, sink.Sent), Page, stoppingToken);
        if ((lines.Count == 0 && sink.Sent <= cursor) || await _lease.HoldAsync(stoppingToken) is null)
        {
            return false;
        }
        var before = sink.Sent;
        await sink.SendAsync(lines, stoppingToken);
        // What was sent the round before has arrived, since the connection still holds.
        if (before > cursor)
        {
            await store.MoveCursorAsync(sink.Name, before, stoppingToken);
        }
        return lines.Count == Page;
    }
}
