using IdResolution.Server.Options;
using Microsoft.AspNetCore.Routing;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// Tests against one running node; each uses identifiers of its own. An error log that a test did not expect fails it.
/// </summary>
public abstract class NodeFixture
{
    private protected TestNode Server { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartNodeAsync() => Server = await TestNode.StartAsync(Configure, mapGrpc: MapGrpc);

    [OneTimeTearDown]
    public async Task StopNodeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }

    [TearDown]
    public void AssertQuiet() => Server.Log.AssertQuiet();

    private protected virtual void Configure(NodeOptions options) { }

    private protected virtual void MapGrpc(IEndpointRouteBuilder endpoints) { }
}
