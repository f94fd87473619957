using IdResolution.Core.Traceability;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Goes on with holds that did not reach everything made from their items: the node that took them was killed, or its
/// caller left. Several nodes may do it at once, and beside the call that placed the hold.
/// </summary>
internal sealed class HoldWork(HoldSpreader holds, ILogger<HoldWork> logger)
    : PeriodicWork("holds", TimeSpan.FromSeconds(5), TimeProvider.System, logger)
{
    protected override Task DoAsync(CancellationToken stoppingToken) => holds.ResumeAsync(stoppingToken);
}
