using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Hosting.Telemetry;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Goes on with holds that did not reach everything made from their items: the node that took them was killed, its
/// caller left, or one of their items was registered later. Counts holds too. Several nodes may do it at once, and
/// beside the call that placed the hold.
/// </summary>
internal sealed class HoldWork(HoldSpreader holds, HoldGauges gauges, ILogger<HoldWork> logger)
    : PeriodicWork("holds", s_every, TimeProvider.System, logger)
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

    protected override Task WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken) =>
        holds.WaitAsync(s_every, TimeProvider.System, stoppingToken);

    protected override async Task DoAsync(CancellationToken stoppingToken)
    {
        OwnWork.Begin();
        // Told meanwhile, since going on may take long.
        if (await gauges.ReadAsync(stoppingToken) > 0)
        {
            await holds.ResumeAsync(stoppingToken);
            await gauges.ReadAsync(stoppingToken);
        }
    }
}
