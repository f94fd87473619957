using IdResolution.Core.Catalog;
using IdResolution.Core.Documents;
using IdResolution.Core.Upstream;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Tells the secondary node where resolvers find this node, for each prefix that goes up, and again when that changes.
/// What was told stands in the store, so that a start tells nothing new.
/// </summary>
internal sealed partial class UpstreamRouteWork(
    UpstreamOptions options,
    IUpstreamLink link,
    HandleSite site,
    CatalogHolder catalog,
    ISettingStore settings,
    ILogger<UpstreamRouteWork> logger
) : PeriodicWork("upstream route", TimeSpan.FromSeconds(5), TimeProvider.System, logger)
{
    private const string Setting = "upstream.route:";

    // Rounds without a try after a failure: 5 s, 10 s, 20 s … 5 minutes.
    private const int MostRounds = 60;

    private readonly ILogger _logger = logger;
    private readonly Dictionary<string, UpstreamRoute> _settled = [];
    private int _wait;
    private int _rounds = 1;

    protected override async Task DoAsync(CancellationToken stoppingToken)
    {
        if (_wait-- > 0)
        {
            return;
        }
        var hasFailed = false;
        foreach (var prefix in catalog.Current.Prefixes.Where(p => options.Rules.Covers(p.Text)))
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
        (_wait, _rounds) = hasFailed ? (_rounds, Math.Min(_rounds * 2, MostRounds)) : (0, 1);
    }

    private async Task TellAsync(UpstreamRoute route, CancellationToken cancellationToken)
    {
        if (_settled.TryGetValue(route.Prefix, out var settled) && settled == route)
        {
            return;
        }
        var (name, text) = (Setting + route.Prefix, route.ToString());
        var told = await settings.FindSettingAsync(name, cancellationToken);
        if (told != text)
        {
            var answer = await link.SetRouteAsync(route, cancellationToken);
            if (answer.Outcome == UpstreamOutcome.Refused)
            {
                RouteRefused(_logger, route.Prefix, answer.Message);
            }
            else if (told is null)
            {
                await settings.GetOrAddAsync(name, text);
            }
            else
            {
                await settings.ReplaceAsync(name, told, text, cancellationToken);
            }
        }
        _settled[route.Prefix] = route;
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
        Message = "The secondary node refused the route of {Prefix}: {Cause}"
    )]
    private static partial void RouteRefused(ILogger logger, string prefix, string? cause);
}
