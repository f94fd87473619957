using Google.Protobuf;
using IdResolution.Server.Grpc;
using IdResolution.Server.Tests.Grpc.Hostile;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Calls of gRPC that are opened, without a key, and never end.</summary>
[TestFixture]
[NonParallelizable]
public sealed class OpenStreamTests : HostileFixture
{
    private const string Health = "/grpc.health.v1.Health/Watch";
    private const string Reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    private const string OldReflection = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
    private const int PerConnection = 250;
    private const int Streams = 500;
    private const int Unary = 2_000;

    private static readonly byte[] s_empty = [];

    private OpenCalls Calls => Server.Services.GetRequiredService<OpenCalls>();

    [TestCase(Health)]
    [TestCase(Reflection)]
    [TestCase(OldReflection)]
    public async Task Streams_OfOneNetworkWithoutKey_AreLimited(string path)
    {
        var attacker = Attacker.Address;
        var id = await Server.RegisterAsync();
        using (var open = await OpenAsync(attacker, path, Streams))
        {
            using var next = await Http2Peer.OpenAsync(Server.GrpcEndPoint, from: attacker);
            await BeginAsync(next, 1, path);
            Assert.That(await next.EndAsync(1), Is.EqualTo("status 8"), "RESOURCE_EXHAUSTED");

            // Others, keys, and calls that end are served.
            using var other = await Http2Peer.OpenAsync(Server.GrpcEndPoint);
            await BeginAsync(other, 1, path);
            using var keyed = await Http2Peer.OpenAsync(Server.GrpcEndPoint, from: attacker);
            await BeginAsync(keyed, 1, path, Key);
            Assert.That(() => Calls.Held, Is.EqualTo(Streams + 2).After(30_000, 20));
            await next.CallAsync(3, Resolve);
            await next.MessageAsync(3, new V1.ResolveRequest { Identifier = id }.ToByteArray());
            Assert.That(await next.EndAsync(3), Is.EqualTo("status 0"));
        }

        Assert.That(() => Calls.Held, Is.Zero.After(30_000, 20), "what ends is given back");
        using var again = await OpenAsync(attacker, path, 1);
    }

    [Test]
    public async Task Calls_ThatKeepTheirMessageBack_AreLimited()
    {
        using var open = await OpenAsync(Attacker.Address, Resolve, Unary);
        using var next = await Http2Peer.OpenAsync(Server.GrpcEndPoint, from: Attacker.Address);

        await next.CallAsync(1, Resolve);

        Assert.That(await next.EndAsync(1), Is.EqualTo("status 8"));
    }

    [Test]
    public async Task Refusal_IsSaidInTheCallersLanguage()
    {
        using var open = await OpenAsync(Attacker.Address, Health, Streams);
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, stop) =>
                new System.Net.Sockets.NetworkStream(
                    await Attacker.ConnectAsync(Server.GrpcEndPoint, Attacker.Address, stop),
                    ownsSocket: true
                ),
        };
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(
            $"http://{Server.GrpcEndPoint}",
            new() { HttpHandler = handler }
        );
        using var watch = new global::Grpc.Health.V1.Health.HealthClient(channel).Watch(
            new(),
            new global::Grpc.Core.Metadata { { "accept-language", "zh" } }
        );

        var refused = await Assert.ThrowsAsync<global::Grpc.Core.RpcException>(() =>
            watch.ResponseStream.MoveNext(CancellationToken.None)
        );

        Assert.That(
            (refused!.StatusCode, refused.Status.Detail),
            Is.EqualTo((global::Grpc.Core.StatusCode.ResourceExhausted, "来自该网络的并发调用过多，请先结束一部分。"))
        );
    }

    [Test]
    public async Task Streams_WithAKey_AreManyMore()
    {
        using var open = await OpenAsync(Attacker.Address, Health, Streams + 1, Key);
    }

    [TearDown]
    public void NothingIsHeld() => Assert.That(() => Calls.Held, Is.Zero.After(30_000, 20));

    /// <summary>Opens calls that stay open, over as many connections as they need.</summary>
    private async Task<Opened> OpenAsync(
        System.Net.IPAddress from,
        string path,
        int count,
        params (string, string)[] headers
    )
    {
        var before = Calls.Held;
        var peers = new Opened();
        for (var i = 0; i < count; i++)
        {
            if (i % PerConnection == 0)
            {
                peers.Add(await Http2Peer.OpenAsync(Server.GrpcEndPoint, from: from));
            }
            await BeginAsync(peers[^1], 1 + 2 * (i % PerConnection), path, headers);
        }
        Assert.That(() => Calls.Held - before, Is.EqualTo(count).After(30_000, 20));
        return peers;
    }

    private static async Task BeginAsync(Http2Peer peer, int stream, string path, params (string, string)[] headers)
    {
        await peer.CallAsync(stream, path, end: false, headers);
        if (path == Health)
        {
            await peer.MessageAsync(stream, s_empty);
        }
    }

    private sealed class Opened : List<Http2Peer>, IDisposable
    {
        public void Dispose() => ForEach(static peer => peer.Dispose());
    }
}
