using System.Net;
using IdResolution.Server.Options;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace IdResolution.Server.Http;

/// <summary>
/// The proxies whose word is taken for where a request comes from. Others that say for whom they ask are not believed,
/// so that all behind them count as one network; they are logged, once for each way of saying it, since anybody can
/// look like a proxy. Thread-safe.
/// </summary>
internal sealed partial class TrustedProxies(NodeOptions options, ILogger<TrustedProxies> logger)
{
    private readonly IPNetwork[] _networks = [.. options.ForwardedHeaders.Networks];
    private int _saidOfHttp;
    private int _saidOfHandle;

    /// <summary>True if an address is a listed proxy's.</summary>
    public bool Has(IPAddress? address)
    {
        if (_networks.Length == 0 || address is null)
        {
            return false;
        }
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in _networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Takes the client's address and scheme from the headers of listed proxies, and of nobody else.</summary>
    public static void Use(IApplicationBuilder app)
    {
        var proxies = app.ApplicationServices.GetRequiredService<TrustedProxies>();
        app.Use(next =>
            context =>
            {
                proxies.NoteUnlisted(context);
                return next(context);
            }
        );
        if (proxies._networks.Length == 0)
        {
            return;
        }
        var headers = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // As many as are listed, one behind the other.
            ForwardLimit = null,
        };
        headers.KnownIPNetworks.Clear();
        headers.KnownProxies.Clear();
        foreach (var network in proxies._networks)
        {
            headers.KnownIPNetworks.Add(network);
        }
        app.UseForwardedHeaders(headers);
    }

    /// <summary>
    /// Notes a connection to the Handle port whose first message is the PROXY protocol's. That of a listed proxy was
    /// read before: another one there is its client's.
    /// </summary>
    public void NoteUnlistedHandle(EndPoint? peer)
    {
        if (peer is IPEndPoint { Address: var address } && !Has(address) && IsFirst(ref _saidOfHandle))
        {
            NotListed(logger, address, "by the PROXY protocol on the Handle port");
        }
    }

    private void NoteUnlisted(HttpContext context)
    {
        if (
            _saidOfHttp == 0
            && context.Request.Headers.ContainsKey("X-Forwarded-For")
            && context.Connection.RemoteIpAddress is { } address
            && !Has(address)
            && IsFirst(ref _saidOfHttp)
        )
        {
            NotListed(logger, address, "by X-Forwarded-For");
        }
    }

    private static bool IsFirst(ref int said) => Interlocked.Exchange(ref said, 1) == 0;

    [LoggerMessage(
        EventId = 64,
        EventName = "ProxyNotListed",
        Level = LogLevel.Warning,
        Message = "{Address} says for whom it asks {Way}, and is not believed, since ForwardedHeaders:Proxies does "
            + "not name it. If it is your proxy, name it there: until then all behind it are one network, and one who "
            + "guesses secrets delays everybody. If it is not, somebody tries to pass for others."
    )]
    private static partial void NotListed(ILogger logger, IPAddress address, string way);
}
