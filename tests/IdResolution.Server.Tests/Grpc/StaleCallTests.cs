using Google.Protobuf;
using Grpc.Health.V1;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>What is answered over gRPC while the store cannot be read.</summary>
[TestFixture]
public sealed class StaleCallTests
{
    private const string Resolve = "idresolution.v1.Resolver/Resolve";

    [Test]
    public async Task Answers_WhileTheTailIsOld_CarryTheirAge()
    {
        var time = new SlidingTime();
        await using var node = await TestNode.StartAsync(time: time);
        var request = new V1.ResolveRequest { Identifier = await node.RegisterAsync() };
        using var client = new RawGrpc(node.GrpcEndPoint);
        using (var fresh = await client.SendAsync(Resolve, request))
        {
            Assert.That(
                (RawGrpc.StatusOf(fresh), fresh.TrailingHeaders.Contains("idr-stale")),
                Is.EqualTo(("0", false))
            );
        }
        await node.StopWorkerAsync();
        node.Node.Store.Dispose();
        time.Advance(TimeSpan.FromSeconds(10));

        using (var stale = await client.SendAsync(Resolve, request))
        {
            Assert.That(RawGrpc.StatusOf(stale), Is.EqualTo("0"));
            Assert.That(stale.TrailingHeaders.GetValues("idr-stale").Single(), Does.Match("^[0-9]+$"));
        }
        var health = await client.CallAsync(
            "grpc.health.v1.Health/Check",
            new HealthCheckRequest(),
            HealthCheckResponse.Parser
        );
        Assert.That(health.Status, Is.EqualTo(HealthCheckResponse.Types.ServingStatus.NotServing));
    }

    [Test]
    public async Task UnknownKey_WhileTheStoreIsBroken_IsUnavailable()
    {
        await using var node = await TestNode.StartAsync();
        var known = await node.RegisterAsync();
        using var client = new RawGrpc(node.GrpcEndPoint);
        await client.CallAsync(Resolve, new V1.ResolveRequest { Identifier = known }, V1.Record.Parser);
        await node.StopWorkerAsync();
        // Not the -shm file, which is mapped into memory.
        foreach (var file in new[] { "idnode.db", "idnode.db-wal" })
        {
            await using var database = File.OpenWrite(Path.Combine(node.Node.Options.Data, file));
            database.SetLength(0);
        }

        // Whether a key is good can only be said by the store; what is cached is still answered.
        Assert.That((await client.SendBytesAsync(Resolve, [], "idr_unknown")).Status, Is.EqualTo("14"));
        Assert.That(
            (await client.SendBytesAsync(Resolve, new V1.ResolveRequest { Identifier = known }.ToByteArray())).Status,
            Is.EqualTo("0")
        );
    }
}
