using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Handle.Transport;
using IdResolution.Server.Http;
using IdResolution.Server.Options;

namespace IdResolution.Server.Handle;

/// <summary>
/// Loads the site's key before the first connection, binds UDP to the port that TCP got, and stops UDP.
/// </summary>
internal sealed partial class HandleLifecycle(
    NodeOptions options,
    HandleSite site,
    OwnAddresses own,
    HandleUdp udp,
    BoundAddresses addresses,
    ILogger<HandleLifecycle> logger
) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => site.LoadAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        NodeOptions.TryEndPoint(options.Handle, out var configured);
        udp.Start(addresses.Handle, anyPort: configured.Port == 0);
        site.Bind(addresses.Handle, udp.Port, addresses.Http.Port);
        own.Bind(addresses.Handle, udp.Port, addresses.Http);
        Serves(logger, addresses.Handle, udp.Port, site.Record.Servers[0].Address);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        udp.Dispose();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        EventId = 48,
        EventName = "HandleServes",
        Level = LogLevel.Information,
        Message = "The Handle protocol is served at {Tcp} over TCP and at port {Udp} over UDP; the site record "
            + "says {Address}."
    )]
    private static partial void Serves(
        ILogger logger,
        System.Net.IPEndPoint tcp,
        int udp,
        System.Net.IPAddress address
    );
}
