using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using IdResolution.Server.Grpc;
using IdResolution.Server.Hosting;
using IdResolution.Server.Tests.Rest;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using GrpcMethodMetadata = Grpc.AspNetCore.Server.GrpcMethodMetadata;
using Serving = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>The library's health service says of a node what the node knows.</summary>
[TestFixture]
public sealed class HealthTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Watch_ReadinessLostAndBack_IsTold()
    {
        var time = new SlidingTime();
        await using var node = await TestNode.StartAsync(time: time);
        await node.StopWorkerAsync();
        await node.Node.Tail.CatchUpAsync(CancellationToken.None);
        using var channel = Open(node);
        using var watch = Client(channel).Watch(new HealthCheckRequest { Service = V1.Resolver.Descriptor.FullName });
        await NextAsync(watch, Serving.Serving);

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(
            (await Client(channel).CheckAsync(new HealthCheckRequest())).Status,
            Is.EqualTo(Serving.NotServing),
            "Asked, the node is looked at at once."
        );
        await NextAsync(watch, Serving.NotServing);
        await node.Node.Tail.CatchUpAsync(CancellationToken.None);
        await NextAsync(watch, Serving.Serving);
        node.Log.AssertQuiet();
    }

    [Test]
    public async Task Stopping_Node_DoesNotServeAndEndsItsWatches()
    {
        await using var node = await TestNode.StartAsync();
        using var channel = Open(node);
        using var watch = Client(channel).Watch(new HealthCheckRequest());
        await NextAsync(watch, Serving.Serving);

        // As at the beginning of the drain.
        node.Services.GetRequiredService<Readiness>().Stop();
        await NextAsync(watch, Serving.NotServing);
        Assert.That(
            (await Client(channel).CheckAsync(new HealthCheckRequest())).Status,
            Is.EqualTo(Serving.NotServing)
        );
        var stopped = node.StopAsync();
        while (await watch.ResponseStream.MoveNext(Soon()))
        {
            Assert.That(watch.ResponseStream.Current.Status, Is.EqualTo(Serving.NotServing));
        }
        Assert.That(watch.GetStatus().StatusCode, Is.EqualTo(StatusCode.OK));
        await stopped.WaitAsync(Patience);
    }

    [Test]
    public async Task Services_AreThoseServed()
    {
        await using var node = await TestNode.StartAsync();

        var mapped = node
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.Select(e => e.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.ServiceName)
            .OfType<string>()
            .Distinct();

        Assert.That(GrpcApi.Services.Select(s => s.FullName), Is.EquivalentTo(mapped).And.Ordered);
    }

    [Test]
    public async Task Check_TooLong_IsRefused()
    {
        await using var node = await TestNode.StartAsync();
        using var channel = Open(node);

        var tooLong = await Assert.ThrowsAsync<RpcException>(() =>
            Client(channel)
                .CheckAsync(new HealthCheckRequest { Service = new string('x', node.Node.Options.Limits.BodyBytes) })
                .ResponseAsync
        );

        Assert.That(tooLong!.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
        node.Log.AssertQuiet();
    }

    private static GrpcChannel Open(TestNode node) => GrpcChannel.ForAddress($"http://{node.GrpcEndPoint}");

    private static Health.HealthClient Client(GrpcChannel channel) => new(channel);

    private static CancellationToken Soon() => new CancellationTokenSource(Patience).Token;

    /// <summary>Reads on to a status; the same may be told twice.</summary>
    private static async Task NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch, Serving expected)
    {
        do
        {
            Assert.That(await watch.ResponseStream.MoveNext(Soon()));
        } while (watch.ResponseStream.Current.Status != expected);
    }
}
