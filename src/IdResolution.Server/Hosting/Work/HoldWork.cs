using IdResolution.Core.Traceability;
using IdResolution.Server.Hosting.Telemetry;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Goes on with holds that did not reach everything made from their items: the node that took them was killed, or its
/// caller left. Counts holds too. Several nodes may do it at once, and beside the call that placed the hold.
/// </summary>
internal sealed class HoldWork(HoldSpreader holds, HoldGauges gauges, ILogger<HoldWork> logger)
    : PeriodicWork("holds", TimeSpan.FromSeconds(5), TimeProvider.System, logger)
{
    protected override async Task DoAsync(CancellationToken stoppingToken)
    {
        // Told meanwhile, since going on may take long.
        if (await gauges.ReadAsync(stoppingToken) > 0)
        {
            await holds.ResumeAsync(stoppingToken);
            await gauges.ReadAsync(stoppingToken);
        }
    }
}
