using System.Net;
using IdResolution.Core.Access;
using IdResolution.Server.Options;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Http;

/// <summary>
/// Limits the connections of HTTP and gRPC, in all and of each network. A listed proxy has no share: it carries many
/// networks. Thread-safe.
/// </summary>
internal sealed partial class HttpConnections(
    IOptionsMonitor<LimitOptions> limits,
    TrustedProxies proxies,
    ILogger<HttpConnections> logger
)
{
    private readonly SourceShares _shares = new(
        () => limits.CurrentValue.HttpConnections,
        () => limits.CurrentValue.ConnectionsPerSource
    );

    /// <summary>The connections that are open, but for those of listed proxies.</summary>
    public long Held => _shares.Held;

    /// <summary>Limits the connections of a listener.</summary>
    public static void Use(ListenOptions listen)
    {
        var connections = listen.ApplicationServices.GetRequiredService<HttpConnections>();
        listen.Use(next => connection => connections.ServeAsync(connection, next));
    }

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (proxies.Has(address))
        {
            await next(connection);
            return;
        }
        var source = NetworkSource.Of(address);
        if (!_shares.TryTake(source))
        {
            Refused(logger, source, _shares.Held);
            connection.Abort();
            return;
        }
        try
        {
            await next(connection);
        }
        finally
        {
            _shares.Return(source);
        }
    }

    [LoggerMessage(
        EventId = 62,
        EventName = "HttpConnectionRefused",
        Level = LogLevel.Debug,
        Message = "A connection of {Source} was refused: its network, or all together, hold too many; {Held} in all."
    )]
    private static partial void Refused(ILogger logger, NetworkSource source, long held);
}
