using IdResolution.Core.Coherence;
using IdResolution.Core.Leases;
using IdResolution.Core.Statistics;

namespace IdResolution.Server.Hosting.Work;

/// <summary>Counts the log every 2 s, where this node holds the lease.</summary>
internal sealed partial class CountWork(
    LogCounter counter,
    LeaseKeeper lease,
    ChangeTail tail,
    TimeProvider time,
    ILogger<CountWork> logger
) : PeriodicWork("count", TimeSpan.FromSeconds(2), time, logger)
{
    private readonly ILogger<CountWork> _logger = logger;
    private bool _counts;

    protected override async Task DoAsync(CancellationToken stoppingToken)
    {
        await counter.CatchUpAsync(tail.Head, stoppingToken);
        if (lease.IsHeld != _counts)
        {
            _counts = lease.IsHeld;
            LeaseMoved(_logger, LogCounter.LeaseName, _counts ? "taken: this node counts the log" : "left");
        }
    }

    [LoggerMessage(
        EventId = 6,
        EventName = "LeaseMoved",
        Level = LogLevel.Information,
        Message = "Lease {Lease} {What}."
    )]
    private static partial void LeaseMoved(ILogger logger, string lease, string what);
}
