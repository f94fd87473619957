using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdResolution.Benchmarks.Servers;

/// <summary>What the baselines' servers share: Kestrel on a loopback port, without logs.</summary>
internal static class BareKestrel
{
    public static WebApplicationBuilder Create(HttpProtocols protocols)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
            kestrel.AddServerHeader = false;
            // As the node has them.
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
            kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        });
        return builder;
    }

    /// <summary>Serves until cancelled, after a ready line that says where.</summary>
    public static async Task<int> ServeAsync(
        WebApplication app,
        string protocol,
        CancellationToken cancellationToken,
        params (string Protocol, string Address)[] others
    )
    {
        await app.StartAsync(cancellationToken);
        var address = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        var addresses = new Dictionary<string, string> { [protocol] = new Uri(address).Authority };
        foreach (var (other, at) in others)
        {
            addresses[other] = at;
        }
        var ready = JsonSerializer.Serialize(addresses);
        await Console.Out.WriteLineAsync($"ready {ready}");
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
}
