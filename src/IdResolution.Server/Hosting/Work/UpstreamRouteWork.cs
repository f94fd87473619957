using IdResolution.Core.Upstream;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Tells the secondary node where resolvers find this node, for each prefix that goes up, again when that changes, and
/// once a day.
/// What is refused is told again, with pauses that grow up to an hour.
/// </summary>
internal sealed partial class UpstreamRouteWork(
    UpstreamOptions options,
    UpstreamRoutes routes,
    UpstreamItems items,
    HandleSite site,
    ILogger<UpstreamRouteWork> logger
) : PeriodicWork("upstream route", TimeSpan.FromSeconds(5), TimeProvider.System, logger)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestFailed = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_longestRefused = TimeSpan.FromHours(1);

    private readonly ILogger _logger = logger;
    private readonly Dictionary<string, (UpstreamRoute Route, DateOnly Day)> _settled = [];
    private readonly Dictionary<UpstreamRoute, GrowingPause> _refused = [];
    private readonly GrowingPause _failed = new(s_first, s_longestFailed, TimeProvider.System);

    protected override async Task DoAsync(CancellationToken stoppingToken)
    {
        if (_failed.Lasts)
        {
            return;
        }
        var hasFailed = false;
        foreach (var prefix in items.Prefixes)
        {
            try
            {
                await TellAsync(RouteOf(prefix.Text), stoppingToken);
            }
            catch (UpstreamException e)
            {
                // Of another prefix it may be taken.
                RouteFailed(_logger, prefix.Text, e.Message);
                hasFailed = true;
            }
        }
        if (hasFailed)
        {
            _failed.Grow();
        }
        else
        {
            _failed.Reset();
        }
    }

    private async Task TellAsync(UpstreamRoute route, CancellationToken cancellationToken)
    {
        var settled = (route, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
        if (_settled.GetValueOrDefault(route.Prefix) == settled || _refused.GetValueOrDefault(route) is { Lasts: true })
        {
            return;
        }
        var answer = await routes.TellAsync(route, cancellationToken);
        if (answer.Outcome == UpstreamOutcome.Refused)
        {
            RouteRefused(_logger, route.Prefix, answer.Message);
            if (!_refused.TryGetValue(route, out var pause))
            {
                _refused[route] = pause = new GrowingPause(s_first, s_longestRefused, TimeProvider.System);
            }
            pause.Grow();
            return;
        }
        _settled[route.Prefix] = settled;
    }

    private UpstreamRoute RouteOf(string prefix)
    {
        var server = site.Record.Servers[0];
        return new UpstreamRoute(
            prefix,
            server.Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : server.Address,
            PortOf(server, SiteTransport.Tcp),
            PortOf(server, SiteTransport.Udp),
            PortOf(server, SiteTransport.Http),
            options.Route == UpstreamRouteKind.Hosted ? options.ProxyServer : null
        );
    }

    private static int PortOf(SiteServer server, SiteTransport transport) =>
        server.Interfaces.First(i => i.Transport == transport).Port;

    [LoggerMessage(
        EventId = 96,
        EventName = "RouteFailed",
        Level = LogLevel.Warning,
        Message = "The secondary node could not be told where the node of {Prefix} is; it is tried again: {Cause}"
    )]
    private static partial void RouteFailed(ILogger logger, string prefix, string cause);

    [LoggerMessage(
        EventId = 97,
        EventName = "RouteRefused",
        Level = LogLevel.Error,
        Message = "The secondary node refused the route of {Prefix}; it is told again, within an hour: {Cause}"
    )]
    private static partial void RouteRefused(ILogger logger, string prefix, string? cause);
}
