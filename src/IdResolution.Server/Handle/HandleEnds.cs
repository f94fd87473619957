using IdResolution.Server.Hosting;

namespace IdResolution.Server.Handle;

/// <summary>The beginning and the end: the site's key is there before the first connection, UDP has the port that TCP got.</summary>
internal sealed class HandleEnds(Node node, HandleSite site, HandleUdp udp, BoundAddresses addresses) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => site.LoadAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        NodeOptions.TryEndPoint(node.Options.Handle, out var configured);
        udp.Start(addresses.Handle, anyPort: configured.Port == 0);
        site.Bind(addresses.Handle, udp.Port, addresses.Http.Port);
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
}
