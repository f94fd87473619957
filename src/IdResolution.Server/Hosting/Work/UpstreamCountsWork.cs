using IdResolution.Core.Leases;
using IdResolution.Core.Primitives;
using IdResolution.Core.Upstream;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Reports counts to a secondary node of this kind, on one node at a time. One of another kind is asked again from time
/// to time, since it may be replaced.
/// </summary>
internal sealed partial class UpstreamCountsWork(
    UpstreamOptions options,
    UpstreamCounts counts,
    LeaseKeeper lease,
    PlantClock plant,
    ILogger<UpstreamCountsWork> logger
) : PeriodicWork("upstream counts", s_first, plant.Time, logger)
{
    /// <summary>The name of the lease.</summary>
    public const string LeaseName = "upstream.counts";

    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    private readonly ILogger _logger = logger;
    private readonly GrowingPause _told = new(s_every, s_every, plant.Time);
    private readonly GrowingPause _failed = new(s_first, s_longest, plant.Time);
    private string? _said;

    protected override async Task DoAsync(CancellationToken stoppingToken)
    {
        if (
            _told.Lasts
            || _failed.Lasts
            || options.Rules.ClosedFor(TimeOnly.FromDateTime(plant.Now.DateTime)) > TimeSpan.Zero
            || await lease.HoldAsync(stoppingToken) is null
        )
        {
            return;
        }
        try
        {
            await lease.WhileHeldAsync(SendAsync, stoppingToken);
        }
        catch (UpstreamException e)
        {
            Say(e.Message);
            _failed.Grow();
        }
        finally
        {
            await lease.ReleaseAsync(CancellationToken.None);
        }
    }

    private async Task<bool> SendAsync(CancellationToken cancellationToken)
    {
        var answer = await counts.SendAsync(options.Rules.Target, cancellationToken);
        if (answer.Outcome == UpstreamOutcome.Done)
        {
            _said = null;
            _failed.Reset();
            _told.Grow();
            return true;
        }
        if (answer.Outcome == UpstreamOutcome.Refused)
        {
            Say(answer.Message);
        }
        _failed.Grow();
        return true;
    }

    /// <summary>Says once why the counts were not taken.</summary>
    private void Say(string? cause)
    {
        if (cause != _said)
        {
            CountsNotTaken(_logger, cause);
            _said = cause;
        }
    }

    [LoggerMessage(
        EventId = 103,
        EventName = "CountsNotTaken",
        Level = LogLevel.Warning,
        Message = "The secondary node did not take the counts of this node; they are sent again within an hour: {Cause}"
    )]
    private static partial void CountsNotTaken(ILogger logger, string? cause);
}
