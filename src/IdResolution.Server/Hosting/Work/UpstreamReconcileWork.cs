using IdResolution.Core.Access;
using IdResolution.Core.Leases;
using IdResolution.Core.Upstream;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Compares the records with the secondary node as often as the settings say, on one node at a time. One that was ended
/// goes on where it was.
/// </summary>
internal sealed partial class UpstreamReconcileWork(
    UpstreamOptions options,
    UpstreamReconciler reconciler,
    ReconcilePlace place,
    LeaseKeeper lease,
    Auditor auditor,
    ILogger<UpstreamReconcileWork> logger
) : PeriodicWork("upstream reconcile", TimeSpan.FromMinutes(1), TimeProvider.System, logger)
{
    /// <summary>The name of the lease.</summary>
    public const string LeaseName = "upstream.reconcile";

    // Differences named in the log; all are counted.
    private const int MostNamed = 20;

    // How far the clocks of two nodes may be apart.
    private static readonly TimeSpan s_mostApart = TimeSpan.FromMinutes(10);

    private readonly ILogger _logger = logger;

    protected override Task DoAsync(CancellationToken stoppingToken) => LookAsync(stoppingToken);

    /// <summary>Compares if that is due, and no other node does.</summary>
    internal async Task LookAsync(CancellationToken stoppingToken)
    {
        if (!await IsDueAsync(stoppingToken) || await lease.HoldAsync(stoppingToken) is null)
        {
            return;
        }
        try
        {
            // Another node may have ended one since.
            await lease.WhileHeldAsync(async held => await IsDueAsync(held) && await CompareAsync(held), stoppingToken);
        }
        catch (UpstreamException e)
        {
            ReconcileFailed(_logger, e.Message);
        }
        finally
        {
            await lease.ReleaseAsync(CancellationToken.None);
        }
    }

    private async Task<bool> IsDueAsync(CancellationToken cancellationToken) =>
        await place.LastEndAsync(cancellationToken) is not { } end
        || IsDue(TimeProvider.System.GetUtcNow() - end, options.ReconcileHours);

    /// <summary>True if a comparison is due. A time to come was noted by a clock that was wrong.</summary>
    internal static bool IsDue(TimeSpan since, int hours) => since >= TimeSpan.FromHours(hours) || since < -s_mostApart;

    private async Task<bool> CompareAsync(CancellationToken cancellationToken)
    {
        var from = await place.FindAsync(cancellationToken);
        var named = from.Differing;
        var end = await reconciler.RunAsync(
            new ReconcilePlan { Repairs = options.ReconcileRepairs, From = from },
            difference =>
            {
                if (!difference.IsKept && ++named <= MostNamed)
                {
                    Differs(_logger, difference.Identifier, difference.What.En);
                }
            },
            reached => place.KeepAsync(reached, cancellationToken),
            cancellationToken
        );
        if (options.ReconcileRepairs && end.Differing > 0)
        {
            await auditor.DoneAsync(Caller.Node, "upstream.repair", $"records: {end.Differing}", cancellationToken);
        }
        await place.EndAsync(cancellationToken);
        Reconciled(_logger, end.Read, end.Differing, end.Pending, end.Kept);
        if (end.Extra > 0)
        {
            ExtrasFound(_logger, end.Extra.Value);
        }
        return true;
    }

    [LoggerMessage(
        EventId = 98,
        EventName = "UpstreamDiffers",
        Level = LogLevel.Warning,
        Message = "The secondary node differs at {Identifier}: {What}"
    )]
    private static partial void Differs(ILogger logger, string identifier, string what);

    [LoggerMessage(
        EventId = 99,
        EventName = "UpstreamReconciled",
        Level = LogLevel.Information,
        Message = "Compared with the secondary node: {Read} records, {Differing} differ, {Pending} have not gone up "
            + "yet, {Kept} values stay here."
    )]
    private static partial void Reconciled(ILogger logger, long read, long differing, long pending, long kept);

    [LoggerMessage(
        EventId = 104,
        EventName = "UpstreamExtras",
        Level = LogLevel.Warning,
        Message = "The secondary node has {Count} identifiers below this node's prefixes that this node has not."
    )]
    private static partial void ExtrasFound(ILogger logger, long count);

    [LoggerMessage(
        EventId = 100,
        EventName = "ReconcileFailed",
        Level = LogLevel.Warning,
        Message = "The records could not be compared with the secondary node; it goes on from where it was: {Cause}"
    )]
    private static partial void ReconcileFailed(ILogger logger, string cause);
}
