using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Client;

/// <summary>
/// A Handle server on loopback that answers what a test says, over TCP and UDP on one port, with whatever faults.
/// </summary>
internal sealed class FakeHandleServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<int, byte> _seen = new();
    private readonly TcpListener _listener;
    private readonly Socket _udp;
    private readonly ConcurrentBag<Task> _running = [];
    private readonly ConcurrentDictionary<int, PacketAssembler> _pieces = new();
    private readonly ConcurrentBag<Socket> _accepted = [];

    public FakeHandleServer(Func<HandleMessage, IEnumerable<FakeReply>>? answers = null)
    {
        Answers = answers ?? (_ => []);
        (_listener, _udp) = Bind();
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _running.Add(AcceptAsync());
        _running.Add(ReceiveAsync());
    }

    public IPEndPoint EndPoint { get; }

    public HandleServer Server => HandleServer.At(EndPoint);

    public Func<HandleMessage, IEnumerable<FakeReply>> Answers { get; set; }

    /// <summary>
    /// Requests that came, with their transport; those that a slow machine makes a client send again over UDP count
    /// once.
    /// </summary>
    public ConcurrentQueue<(SiteTransport Transport, HandleMessage Message)> Requests { get; } = new();

    /// <summary>UDP packets of responses as they are to be sent.</summary>
    public Func<List<byte[]>, IEnumerable<byte[]>> Packets { get; set; } = packets => packets;

    /// <summary>UDP requests that are not answered, still.</summary>
    public int LoseUdp { get; set; }

    public bool CloseAfterResponse { get; set; }

    public int Connections => _accepted.Count;

    /// <summary>A site with this server.</summary>
    public SiteRecord Site =>
        new()
        {
            Servers =
            [
                new SiteServer(
                    1,
                    EndPoint.Address,
                    [],
                    [
                        new SiteInterface(SiteServices.Both, SiteTransport.Udp, EndPoint.Port),
                        new SiteInterface(SiteServices.Both, SiteTransport.Tcp, EndPoint.Port),
                    ]
                ),
            ],
        };

    public HandleValue SiteValue(string type = "HS_SITE") =>
        new()
        {
            Index = 3,
            Type = type,
            Data = Site.ToData(),
        };

    /// <summary>Answers resolutions from a list of handles.</summary>
    public static Func<HandleMessage, IEnumerable<FakeReply>> Holding(
        Func<string, IReadOnlyList<HandleValue>?> values
    ) =>
        message =>
        {
            Assert.That(ResolutionRequest.TryRead(message.Body.Span, out var request), Is.True);
            var all = values(request!.Handle);
            var wanted = all?.Where(value => ValueFilter.Wants(value, request.Indexes, request.Types)).ToArray();
            return
            [
                wanted switch
                {
                    null => new FakeReply(ResponseCode.HandleNotFound, new ErrorResponse(null, "").Write),
                    [] => new FakeReply(ResponseCode.ValuesNotFound, new ErrorResponse(null, "").Write),
                    _ => new FakeReply(
                        ResponseCode.Success,
                        new ResolutionResponse(null, request.Handle, wanted).Write
                    ),
                },
            ];
        };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        _udp.Dispose();
        foreach (var socket in _accepted)
        {
            socket.Dispose();
        }
        await Task.WhenAll(_running).WaitAsync(TimeSpan.FromSeconds(10));
        _stop.Dispose();
    }

    private static (TcpListener Tcp, Socket Udp) Bind()
    {
        while (true)
        {
            var tcp = new TcpListener(IPAddress.Loopback, 0);
            tcp.Start();
            var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                udp.Bind(tcp.LocalEndpoint);
                return (tcp, udp);
            }
            catch (SocketException)
            {
                // Somebody else has the UDP port of that number.
                tcp.Stop();
                udp.Dispose();
            }
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                _accepted.Add(socket);
                _running.Add(ServeAsync(socket));
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            var start = new byte[20];
            while (true)
            {
                await stream.ReadExactlyAsync(start, _stop.Token);
                Assert.That(Envelope.TryRead(start, out var envelope), Is.True);
                var bytes = new byte[envelope.MessageLength];
                await stream.ReadExactlyAsync(bytes, _stop.Token);
                foreach (var message in Respond(envelope, bytes, SiteTransport.Tcp))
                {
                    await stream.WriteAsync(message, _stop.Token);
                }
                if (CloseAfterResponse)
                {
                    return;
                }
            }
        }
        catch (Exception exception)
            when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client or the test is done.
        }
    }

    private async Task ReceiveAsync()
    {
        var packet = new byte[2048];
        try
        {
            while (true)
            {
                var received = await _udp.ReceiveFromAsync(packet, new IPEndPoint(IPAddress.Loopback, 0), _stop.Token);
                Assert.That(Envelope.TryRead(packet, out var envelope), Is.True);
                var assembler = _pieces.GetOrAdd(envelope.RequestId, _ => new PacketAssembler());
                Assert.That(assembler.TryAdd(envelope, packet.AsSpan(20..received.ReceivedBytes)), Is.True);
                if (!assembler.IsComplete || LoseUdp-- > 0)
                {
                    continue;
                }
                var packets = Respond(assembler.Envelope, assembler.ToMessage(), SiteTransport.Udp)
                    .SelectMany(Cut)
                    .ToList();
                foreach (var piece in Packets(packets))
                {
                    await _udp.SendToAsync(piece, received.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private List<byte[]> Respond(Envelope envelope, byte[] bytes, SiteTransport transport)
    {
        Assert.That(HandleMessage.TryParse(envelope, bytes, out var request), Is.True);
        if (transport == SiteTransport.Tcp || _seen.TryAdd(envelope.RequestId, 0))
        {
            Requests.Enqueue((transport, request!));
        }
        return [.. Answers(request!).Select(reply => Message(request!, reply))];
    }

    private static byte[] Message(HandleMessage request, FakeReply reply)
    {
        var body = new ArrayBufferWriter<byte>();
        reply.Body(new WireWriter(body));
        var output = new ArrayBufferWriter<byte>();
        HandleMessage.Write(
            output,
            new Envelope
            {
                Version = ProtocolVersion.Current,
                Suggested = ProtocolVersion.Current,
                SessionId = reply.SessionId ?? request.Envelope.SessionId,
                RequestId = reply.RequestId ?? request.Envelope.RequestId,
            },
            new MessageHeader
            {
                OpCode = reply.OpCode ?? request.Header.OpCode,
                ResponseCode = reply.Code,
                Flags = reply.Flags,
            },
            body.WrittenSpan
        );
        return output.WrittenSpan.ToArray();
    }

    private static IEnumerable<byte[]> Cut(byte[] message)
    {
        var packet = new byte[512];
        for (var i = 0; i < PacketWriter.CountOf(message.Length); i++)
        {
            var length = PacketWriter.Write(message, i, truncatedFlag: false, packet);
            yield return packet[..length];
        }
    }
}
