using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Documents;
using IdResolution.Core.Leases;
using IdResolution.Core.Upstream;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Compares the records with the secondary node as often as the settings say, on one node at a time. When the last
/// comparison ended stands in the store.
/// </summary>
internal sealed partial class UpstreamReconcileWork(
    UpstreamOptions options,
    UpstreamReconciler reconciler,
    ISettingStore settings,
    LeaseKeeper lease,
    Auditor auditor,
    ILogger<UpstreamReconcileWork> logger
) : PeriodicWork("upstream reconcile", TimeSpan.FromMinutes(1), TimeProvider.System, logger)
{
    /// <summary>The name of the lease.</summary>
    public const string LeaseName = "upstream.reconcile";

    private const string Setting = "upstream.reconciled";

    // Differences named in the log; all are counted.
    private const int MostNamed = 20;

    // How far the clocks of two nodes may be apart.
    private static readonly TimeSpan s_mostApart = TimeSpan.FromMinutes(10);

    private readonly ILogger _logger = logger;

    protected override async Task DoAsync(CancellationToken stoppingToken)
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
        await settings.FindSettingAsync(Setting, cancellationToken) is not { } text
        || IsDue(
            TimeProvider.System.GetUtcNow() - DateTimeOffset.Parse(text, CultureInfo.InvariantCulture),
            options.ReconcileHours
        );

    /// <summary>True if a comparison is due. A time to come was noted by a clock that was wrong.</summary>
    internal static bool IsDue(TimeSpan since, int hours) => since >= TimeSpan.FromHours(hours) || since < -s_mostApart;

    private async Task<bool> CompareAsync(CancellationToken cancellationToken)
    {
        var named = 0;
        var end = await reconciler.RunAsync(
            new ReconcilePlan { Repairs = options.ReconcileRepairs },
            difference =>
            {
                if (++named <= MostNamed)
                {
                    Differs(_logger, difference.Identifier, difference.What.En);
                }
            },
            static _ => { },
            cancellationToken
        );
        if (options.ReconcileRepairs && end.Differing > 0)
        {
            await auditor.DoneAsync(Caller.Node, "upstream.repair", $"records: {end.Differing}", cancellationToken);
        }
        var now = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        var before = await settings.FindSettingAsync(Setting, cancellationToken);
        await settings.SetAsync(Setting, before, now, cancellationToken);
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
        Message = "The records could not be compared with the secondary node; it is tried again: {Cause}"
    )]
    private static partial void ReconcileFailed(ILogger logger, string cause);
}
