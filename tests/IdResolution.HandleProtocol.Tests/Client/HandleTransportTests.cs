using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Client;

[TestFixture]
[CancelAfter(20_000)]
public sealed class HandleTransportTests
{
    private static readonly TransportSettings s_quick = new()
    {
        FirstUdpTimeout = TimeSpan.FromMilliseconds(200),
        RequestTimeout = TimeSpan.FromSeconds(5),
    };

    private static readonly HandleValue s_small = new()
    {
        Index = 1,
        Type = "URL",
        Data = "https://example.cn"u8.ToArray(),
    };
    private static readonly HandleValue s_big = new()
    {
        Index = 1,
        Type = "X",
        Data = [.. Enumerable.Range(0, 20_000).Select(i => (byte)i)],
    };

    /// <summary>A response to a request of a number that none has.</summary>
    private static readonly byte[] s_junk = Hex.Of(
        "020b020b 00000000 fffffffe 00000000 00000020 00000001 00000064 00000000 0001 00 00 6a000000 00000004 "
            + "00000000 00000000"
    );

    private readonly HandleTransport _transport = new(s_quick);

    [OneTimeTearDown]
    public void CloseTransport() => _transport.Dispose();

    [Test]
    public async Task Udp_Response_ComesInOnePacket(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(Holds(s_small));
        var result = await Resolve(server, cancel);

        Assert.That(Data(result), Is.EqualTo(s_small.Data));
        Assert.That(result.Attempts.Single().Transport, Is.EqualTo(SiteTransport.Udp));
    }

    [Test]
    public async Task Udp_PacketsOutOfOrderAndTwice_ArePutTogether(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(Holds(s_big))
        {
            Packets = packets => packets.Concat(packets).Reverse(),
        };
        var result = await Resolve(server, cancel);

        Assert.That(Data(result), Is.EqualTo(s_big.Data));
        Assert.That(result.Attempts.Single().Transport, Is.EqualTo(SiteTransport.Udp));
    }

    [Test]
    public async Task Udp_FirstTryLost_IsTriedAgain(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(Holds(s_small)) { LoseUdp = 1 };
        var result = await Resolve(server, cancel);

        Assert.That(Data(result), Is.EqualTo(s_small.Data));
        Assert.That(result.Attempts.Single().Transport, Is.EqualTo(SiteTransport.Udp));
    }

    [Test]
    public async Task Udp_OnePieceAlwaysLost_GoesOverTcp(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(Holds(s_big)) { Packets = packets => packets.Skip(1) };
        var result = await Resolve(server, cancel);

        Assert.That(Data(result), Is.EqualTo(s_big.Data));
        Assert.That(
            result.Attempts.Select(attempt => (attempt.Transport, attempt.Failure)),
            Is.EqualTo(
                (IEnumerable<(SiteTransport, TransportFailure)>)
                    [(SiteTransport.Udp, TransportFailure.TimedOut), (SiteTransport.Tcp, TransportFailure.None)]
            )
        );
    }

    [Test]
    public async Task Udp_ForeignIdsAndJunk_AreNotTaken(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(message =>
            [
                new FakeReply(ResponseCode.HandleNotFound, new ErrorResponse(null, "forged").Write)
                {
                    RequestId = message.Envelope.RequestId ^ 1,
                },
                .. Holds(s_small)(message),
            ]
        )
        {
            Packets = packets =>
                [
                    [],
                    [1, 2, 3],
                    new byte[700],
                    .. packets,
                ],
        };
        Assert.That(Data(await Resolve(server, cancel)), Is.EqualTo(s_small.Data));
    }

    [Test]
    public async Task Udp_OtherOperation_IsNotTaken(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(message =>
            [
                new FakeReply(ResponseCode.Success, new SuccessResponse(null).Write) { OpCode = OpCode.DeleteHandle },
                .. Holds(s_small)(message),
            ]
        );
        Assert.That(Data(await Resolve(server, cancel)), Is.EqualTo(s_small.Data));
    }

    [Test]
    public async Task Udp_WrongDigest_IsNotTaken(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(message =>
            [
                new FakeReply(
                    ResponseCode.HandleNotFound,
                    new ErrorResponse(new DigestField(DigestField.Md5, new byte[16]), "").Write
                )
                {
                    Flags = OpFlags.ReturnDigest,
                },
                .. Holds(s_small)(message),
            ]
        );
        Assert.That(Data(await Resolve(server, cancel)), Is.EqualTo(s_small.Data));
    }

    [Test]
    public async Task Udp_LongRequest_GoesInPiecesOrOverTcp(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(Holds(s_small));
        var request = Request(types: [.. Enumerable.Range(0, 100).Select(i => $"TYPE{i:0000}"), "URL"]);
        var result = await _transport.SendAsync(server.Server, request, udpFirst: true, cancel);
        Assert.That(result.Attempts.Single().Transport, Is.EqualTo(SiteTransport.Udp));
        Assert.That(Data(result), Is.EqualTo(s_small.Data));

        result = await _transport.SendAsync(
            server.Server,
            Request(types: [.. Enumerable.Range(0, 1000).Select(i => $"TYPE{i:0000}"), "URL"]),
            udpFirst: true,
            cancel
        );
        Assert.That(result.Attempts.Single().Transport, Is.EqualTo(SiteTransport.Tcp));
        Assert.That(Data(result), Is.EqualTo(s_small.Data));
    }

    /// <summary>Our own servers bound what they send over UDP so, and expect the client over TCP.</summary>
    [Test]
    public async Task Udp_ServerBusy_GoesOverTcp(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer();
        server.Answers = message =>
            server.Requests.Last().Transport == SiteTransport.Udp ? [Busy] : Holds(s_small)(message);
        var result = await Resolve(server, cancel);

        Assert.That(Data(result), Is.EqualTo(s_small.Data));
        Assert.That(
            result.Attempts.Select(attempt => (attempt.Transport, attempt.Failure)),
            Is.EqualTo(
                (IEnumerable<(SiteTransport, TransportFailure)>)
                    [(SiteTransport.Udp, TransportFailure.None), (SiteTransport.Tcp, TransportFailure.None)]
            )
        );
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Udp_ServerBusyAndNoTcp_IsReported(bool hasPort, CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(_ => [Busy]);
        var gone = new FakeHandleServer();
        await gone.DisposeAsync();
        var result = await _transport.SendAsync(
            server.Server with
            {
                TcpPort = hasPort ? gone.EndPoint.Port : null,
            },
            Request(),
            udpFirst: true,
            cancel
        );

        Assert.That(result.Answer!.Header.ResponseCode, Is.EqualTo(ResponseCode.ServerBusy));
        Assert.That(result.Attempts, Has.Count.EqualTo(hasPort ? 2 : 1));
    }

    [Test]
    public async Task Tcp_ServersThatDoNotConnect_DelayNobodyElse(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(Holds(s_small));
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var transport = new HandleTransport(
            s_quick with
            {
                ConnectTimeout = TimeSpan.FromMinutes(1),
                RequestTimeout = TimeSpan.FromMinutes(1),
            }
        );
        // Once its queue is full, nobody is connected any more, at any address of the loopback network.
        using var full = new TcpListener(IPAddress.Any, 0);
        full.Start(0);
        var port = ((IPEndPoint)full.LocalEndpoint).Port;
        var fillers = Enumerable.Range(0, 8).Select(_ => new TcpClient()).ToArray();
        _ = fillers.Select(filler => filler.ConnectAsync(IPAddress.Loopback, port, giveUp.Token).AsTask()).ToArray();
        var hanging = Enumerable
            .Range(1, 100)
            .Select(i =>
                transport.SendAsync(
                    new HandleServer(new IPAddress([127, 0, 1, (byte)i]), null, port),
                    Request(),
                    udpFirst: false,
                    giveUp.Token
                )
            )
            .ToArray();

        Assert.That(
            Data(await transport.SendAsync(server.Server, Request(), udpFirst: false, cancel)),
            Is.EqualTo(s_small.Data)
        );
        Assert.That(hanging.Where(task => task.IsCompleted), Is.Empty);

        await giveUp.CancelAsync();
        Assert.That(async () => await Task.WhenAll(hanging), Throws.InstanceOf<OperationCanceledException>());
        Array.ForEach(fillers, filler => filler.Dispose());
    }

    [Test]
    public async Task Tcp_JunkThatNobodyAskedFor_DoesNotKeepAConnection(CancellationToken cancel)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var transport = new HandleTransport(s_quick with { IdleTimeout = TimeSpan.FromMilliseconds(500) });
        using var accepted = await ConnectAsync(listener, transport, cancel);

        // Less in all than is dropped without ending the connection.
        Assert.That(
            () => SendAsync(accepted, s_junk, TimeSpan.FromMilliseconds(5), cancel),
            Throws.InstanceOf<SocketException>()
        );
        Assert.That(transport.OpenConnections, Is.Zero);
    }

    [Test]
    public async Task Tcp_FloodOfJunk_EndsTheConnection(CancellationToken cancel)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var transport = new HandleTransport(s_quick);
        using var accepted = await ConnectAsync(listener, transport, cancel);
        var flood = Enumerable.Repeat(s_junk, 1000).SelectMany(junk => junk).ToArray();

        Assert.That(() => SendAsync(accepted, flood, TimeSpan.Zero, cancel), Throws.InstanceOf<SocketException>());
        Assert.That(transport.OpenConnections, Is.Zero);
    }

    [Test]
    public async Task Tcp_ManyAtOnce_ShareAConnectionAndGetTheirOwn(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(
            FakeHandleServer.Holding(handle =>
                [
                    new HandleValue
                    {
                        Index = 1,
                        Type = "T",
                        Data = System.Text.Encoding.UTF8.GetBytes(handle),
                    },
                ]
            )
        );
        var handles = Enumerable.Range(0, 200).Select(i => $"88.300/{i}").ToArray();
        var results = await Task.WhenAll(
            handles.Select(handle => _transport.SendAsync(server.Server, Request(handle), udpFirst: false, cancel))
        );

        Assert.That(results.Select(result => System.Text.Encoding.UTF8.GetString(Data(result))), Is.EqualTo(handles));
        Assert.That(server.Connections, Is.EqualTo(1));
    }

    [Test]
    public async Task Tcp_ServerClosesAfterEachResponse_IsConnectedToAgain(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(Holds(s_small)) { CloseAfterResponse = true };
        for (var i = 0; i < 20; i++)
        {
            Assert.That(
                Data(await _transport.SendAsync(server.Server, Request(), udpFirst: false, cancel)),
                Is.EqualTo(s_small.Data)
            );
        }
    }

    [Test]
    public async Task Tcp_WrongDigest_IsMalformed(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(_ =>
            [
                new FakeReply(
                    ResponseCode.HandleNotFound,
                    new ErrorResponse(new DigestField(DigestField.Md5, new byte[16]), "").Write
                )
                {
                    Flags = OpFlags.ReturnDigest,
                },
            ]
        );
        var result = await _transport.SendAsync(server.Server, Request(), udpFirst: false, cancel);
        Assert.That(result.Failure, Is.EqualTo(TransportFailure.Malformed));
    }

    [Test]
    public async Task Tcp_ServerThatCouldNotRead_AnswersTheOnlyRequest(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(_ =>
            [
                new FakeReply(ResponseCode.ProtocolError, new ErrorResponse(null, "what?").Write)
                {
                    OpCode = OpCode.None,
                    RequestId = -1,
                },
            ]
        );
        var result = await _transport.SendAsync(server.Server, Request(), udpFirst: false, cancel);
        Assert.That(result.Answer!.Header.ResponseCode, Is.EqualTo(ResponseCode.ProtocolError));
    }

    [Test]
    public async Task Silence_OnBothTransports_EndsInTime(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer();
        using var transport = new HandleTransport(s_quick with { RequestTimeout = TimeSpan.FromSeconds(2) });
        var watch = Stopwatch.StartNew();
        var result = await transport.SendAsync(server.Server, Request(), udpFirst: true, cancel);

        Assert.That(result.Failure, Is.EqualTo(TransportFailure.TimedOut));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(result.Attempts, Has.Count.EqualTo(2));
        Assert.That(transport.OpenConnections, Is.Zero);
    }

    [Test]
    public async Task Nobody_AtThePort_IsUnreachable(CancellationToken cancel)
    {
        var server = new FakeHandleServer();
        await server.DisposeAsync();
        var result = await _transport.SendAsync(server.Server, Request(), udpFirst: true, cancel);
        Assert.That(result.Failure, Is.EqualTo(TransportFailure.Unreachable));
    }

    [Test]
    public async Task Cancelled_WhileWaiting_Throws(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        source.CancelAfter(100);
        Assert.That(
            async () => await _transport.SendAsync(server.Server, Request(), udpFirst: false, source.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    [Test]
    public async Task Connections_WithoutUse_AreClosed(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(Holds(s_small));
        using var transport = new HandleTransport(s_quick with { IdleTimeout = TimeSpan.FromMilliseconds(200) });
        await transport.SendAsync(server.Server, Request(), udpFirst: false, cancel);
        Assert.That(transport.OpenConnections, Is.EqualTo(1));
        Assert.That(() => transport.OpenConnections, Is.Zero.After(5000, 50));
    }

    [Test]
    public async Task Connections_MoreThanAreKept_GiveUpTheOldest(CancellationToken cancel)
    {
        await using var first = new FakeHandleServer(Holds(s_small));
        await using var second = new FakeHandleServer(Holds(s_small));
        using var transport = new HandleTransport(s_quick with { MaxConnections = 1 });
        await transport.SendAsync(first.Server, Request(), udpFirst: false, cancel);
        await transport.SendAsync(second.Server, Request(), udpFirst: false, cancel);
        Assert.That(transport.OpenConnections, Is.EqualTo(1));
    }

    [Test]
    public async Task Response_LongerThanAMessage_IsMalformed(CancellationToken cancel)
    {
        var endless = new HandleValue
        {
            Index = 1,
            Type = "X",
            Data = new byte[MessageLimits.MaxMessageLength],
        };
        await using var server = new FakeHandleServer(Holds(endless));
        var result = await _transport.SendAsync(server.Server, Request(), udpFirst: false, cancel);
        Assert.That(result.Failure, Is.EqualTo(TransportFailure.Malformed));
    }

    [TestCase("020b020b 00000000 00000001 00000000 80000000", TransportFailure.Malformed)]
    [TestCase("020b020b 00000000 00000001 00000000 7fffffff", TransportFailure.Malformed)]
    [TestCase("020b020b 00000000 00000001 00000000 00000017", TransportFailure.Malformed)]
    [TestCase(
        "020b020b 00000000 00000001 00000000 00000018 000000010000000199000000ffff00006a0000007fffffff",
        TransportFailure.Malformed
    )]
    [TestCase("020b020b 00000000 00000001 00000000 0003ffff 00", TransportFailure.TimedOut)]
    [TestCase("", TransportFailure.TimedOut)]
    public async Task Tcp_JunkAndThenSilence_EndsInTime(string junk, TransportFailure failure, CancellationToken cancel)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var transport = new HandleTransport(s_quick with { RequestTimeout = TimeSpan.FromSeconds(2) });
        var asked = transport.SendAsync(
            new HandleServer(IPAddress.Loopback, null, ((IPEndPoint)listener.LocalEndpoint).Port),
            Request(),
            udpFirst: false,
            cancel
        );
        using var accepted = await listener.AcceptSocketAsync(cancel);
        await accepted.ReceiveAsync(new byte[1024], cancel);
        await accepted.SendAsync(Hex.Of(junk), cancel);

        Assert.That((await asked).Failure, Is.EqualTo(failure));
        Assert.That(transport.OpenConnections, Is.Zero);
    }

    /// <summary>A connection over which a request went and its response came.</summary>
    private static async Task<Socket> ConnectAsync(
        TcpListener listener,
        HandleTransport transport,
        CancellationToken cancel
    )
    {
        var asked = transport.SendAsync(
            new HandleServer(IPAddress.Loopback, null, ((IPEndPoint)listener.LocalEndpoint).Port),
            Request(),
            udpFirst: false,
            cancel
        );
        var accepted = await listener.AcceptSocketAsync(cancel);
        var request = new byte[1024];
        await accepted.ReceiveAsync(request, SocketFlags.None, cancel);
        var answer = s_junk.ToArray();
        request.AsSpan(8, 4).CopyTo(answer.AsSpan(8));
        await accepted.SendAsync(answer, SocketFlags.None, cancel);
        Assert.That((await asked).Answer!.Header.ResponseCode, Is.EqualTo(ResponseCode.HandleNotFound));
        return accepted;
    }

    /// <summary>Sends for as long as the other side takes it.</summary>
    private static async Task SendAsync(Socket socket, byte[] bytes, TimeSpan pause, CancellationToken cancel)
    {
        while (true)
        {
            await socket.SendAsync(bytes, SocketFlags.None, cancel);
            await Task.Delay(pause, cancel);
        }
    }

    private Task<TransportResult> Resolve(FakeHandleServer server, CancellationToken cancel) =>
        _transport.SendAsync(server.Server, Request(), udpFirst: true, cancel);

    private static HandleRequest Request(string handle = "88.300/1", string[]? types = null) =>
        HandleRequest.Of(OpCode.Resolution, OpFlags.PublicOnly, new ResolutionRequest(handle, [], types ?? []).Write);

    private static FakeReply Busy => new(ResponseCode.ServerBusy, new ErrorResponse(null, "").Write);

    private static Func<HandleMessage, IEnumerable<FakeReply>> Holds(HandleValue value) =>
        FakeHandleServer.Holding(_ => [value]);

    private static byte[] Data(TransportResult result)
    {
        Assert.That(result.Failure, Is.EqualTo(TransportFailure.None));
        Assert.That(ResolutionResponse.TryRead(result.Answer!.Body.Span, false, out var response), Is.True);
        return response!.Values[0].Data;
    }
}
