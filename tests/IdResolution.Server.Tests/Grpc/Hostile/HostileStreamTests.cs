using Google.Protobuf;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Grpc.Hostile;

/// <summary>
/// Peers that are broken or mean: the node answers or resets their stream, keeps its memory, and serves the others.
/// </summary>
[TestFixture]
public sealed class HostileStreamTests : HostileFixture
{
    private const string Register = "/idresolution.v1.Registry/Register";
    private const string RegisterStream = "/idresolution.v1.Registry/RegisterStream";
    private const int Seed = 20_261_122;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Connection_RandomBytes_IsClosed()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 20; round++)
        {
            using var peer = await Http2Peer.ConnectAsync(Server.GrpcEndPoint);
            var noise = new byte[random.Next(24, 4096)];
            random.NextBytes(noise);
            try
            {
                await peer.SendAsync(noise);
                await peer.ClosedAsync();
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Closed while still being written to.
            }
        }
    }

    [Test]
    public async Task Connection_RandomFrames_IsClosedOrAnswered()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 20; round++)
        {
            using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint);
            try
            {
                for (var i = 0; i < 20; i++)
                {
                    var payload = new byte[random.Next(0, 200)];
                    random.NextBytes(payload);
                    await peer.SendAsync(
                        (byte)random.Next(0, 12),
                        (byte)random.Next(0, 256),
                        random.Next(0, 5),
                        payload
                    );
                }
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Closed before all was written.
            }
        }
    }

    [Test]
    public async Task Connection_EndsWithinAFrame_IsForgotten()
    {
        var frame = Http2Peer.Frame(Http2Frame.Headers, Http2Frame.EndHeaders, 1, Http2Peer.CallHeaders(Resolve));
        for (var length = 0; length < frame.Length; length += 7)
        {
            using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint);
            await peer.SendAsync(frame.AsMemory(0, length));
        }
    }

    [Test]
    public async Task Message_EndsBeforeItsLength_IsRefused()
    {
        using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint);
        await peer.CallAsync(1, Resolve);
        await peer.SendAsync(Http2Frame.Data, Http2Frame.EndStream, 1, [0, 0, 0, 0, 50, 10, 3]);
        Assert.That(await peer.EndAsync(1), Is.EqualTo("status 13"));
    }

    [TestCase(0x80000000u, "status 2")]
    [TestCase(0xFFFFFFFFu, "status 2")]
    [TestCase(0x7FFFFFFFu, "status 8")]
    [TestCase((1u << 20) + 1, "status 8")]
    public async Task Message_OfAnAbsurdLength_IsRefusedBeforeItIsRead(uint length, string expected)
    {
        // Beyond 2³¹ the library takes it for a fault, and logs it as one.
        Server.Log.Expect("ErrorExecutingServiceMethod");
        using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint);
        await peer.CallAsync(1, Resolve);
        await peer.SendAsync(
            Http2Frame.Data,
            0,
            1,
            [0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length]
        );
        Assert.That(await peer.EndAsync(1), Is.EqualTo(expected));
    }

    [Test]
    public async Task Message_ThatIsNoProtobuf_IsInvalidArgument()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 300; round++)
        {
            var noise = new byte[random.Next(0, 300)];
            random.NextBytes(noise);
            var (status, _) = await CallAsync(Register, noise, Server.KeyOf(Role.Registrar));
            Assert.That(status, Is.EqualTo("3"), $"round {round}");
        }
    }

    [Test]
    public async Task Connection_WithAThousandStreams_IsServedAsFarAsTheLimitGoes()
    {
        // More calls at once than the node's settings allow, whoever opens them breaks the protocol: each is refused,
        // or the connection ends.
        ExpectQueueExceeded();
        using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint);
        var ended = Task.Run(async () =>
        {
            var refused = 0;
            while (
                refused < 1_000 - Server.Node.Options.Limits.StreamsPerConnection && await peer.ReadAsync() is { } frame
            )
            {
                if (frame.Type == Http2Frame.Reset)
                {
                    Assert.That(frame.Code, Is.EqualTo(7), "REFUSED_STREAM: safe to send again");
                    refused++;
                }
            }
        });
        try
        {
            for (var stream = 1; stream < 2_000; stream += 2)
            {
                await peer.CallAsync(stream, Resolve);
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The node has had enough of it.
        }
        try
        {
            await ended.WaitAsync(Patience);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The reader answers frames too, and may be the one that finds the connection ended.
        }
    }

    [Test]
    public async Task Connection_WithAThousandStreamsAllowed_ServesThemAll()
    {
        await using var node = await TestNode.StartAsync(options => options.Limits.StreamsPerConnection = 1_000);
        var id = await node.RegisterAsync();
        var request = new V1.ResolveRequest { Identifier = id }.ToByteArray();
        using var peer = await Http2Peer.OpenAsync(node.GrpcEndPoint);
        var answers = Task.Run(async () =>
        {
            var ended = 0;
            while (ended < 1_000 && await peer.ReadAsync() is { } frame)
            {
                if (frame.Type == Http2Frame.Headers && frame.Has(Http2Frame.EndStream))
                {
                    Assert.That(Http2Peer.StatusIn(frame.Payload), Is.EqualTo("status 0"));
                    ended++;
                }
            }
            return ended;
        });
        // All are open before the first sends its message.
        for (var stream = 1; stream < 2_000; stream += 2)
        {
            await peer.CallAsync(stream, Resolve);
        }
        for (var stream = 1; stream < 2_000; stream += 2)
        {
            await peer.MessageAsync(stream, request);
        }
        Assert.That(await answers.WaitAsync(Patience), Is.EqualTo(1_000));
        node.Log.AssertQuiet();
    }

    [Test]
    public async Task Connection_ThatOpensAndResets_IsEndedOrServed()
    {
        ExpectQueueExceeded();
        using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint);
        try
        {
            for (var stream = 1; stream < 10_000; stream += 2)
            {
                await peer.CallAsync(stream, Watch, end: false, Key);
                await peer.SendAsync(Http2Frame.Reset, 0, stream, [0, 0, 0, 8]);
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The node has had enough of it.
        }
    }

    [Test]
    public async Task Headers_WithoutEnd_AreRefused()
    {
        using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint);
        var filler = Http2Peer.CallHeaders(
            Resolve,
            [.. Enumerable.Range(0, 60).Select(i => ($"x-filler-{i}", new string('a', 200)))]
        );
        await peer.SendAsync(Http2Frame.Headers, 0, 1, filler);
        try
        {
            for (var i = 0; i < 200; i++)
            {
                await peer.SendAsync(Http2Frame.Continuation, 0, 1, filler);
            }
            await peer.ClosedAsync();
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Closed while still being written to.
        }
    }

    [Test]
    public async Task Stream_HalfSent_StaysRegisteredUpToTheBreak()
    {
        var first = Server.NewId();
        using (var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint))
        {
            await peer.CallAsync(1, RegisterStream, end: false, Key);
            await peer.MessageAsync(
                1,
                new V1.RegisterRequest
                {
                    Template = "part",
                    Identifier = first,
                    Attributes = Named("a"),
                }.ToByteArray(),
                end: false
            );
            // Its result: then the item is on disk.
            while (await peer.ReadAsync() is not { Type: Http2Frame.Data }) { }
            await peer.SendAsync(Http2Frame.Data, 0, 1, [0, 0, 0, 1, 0, 10]);
        }
        var (status, _) = await CallAsync(Resolve, new V1.ResolveRequest { Identifier = first }.ToByteArray());
        Assert.That(status, Is.EqualTo("0"));
    }

    /// <summary>Kestrel gives up on a peer that asks for more than it reads, and says so as critical.</summary>
    private void ExpectQueueExceeded() => Server.Log.Expect("Http2QueueOperationsExceeded");
}
