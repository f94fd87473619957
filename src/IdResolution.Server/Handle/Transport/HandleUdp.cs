using System.Buffers;
using System.Net;
using System.Net.Sockets;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Options;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// The Handle protocol on UDP. Threads of its own wait for packets and answer at once what is cached; the rest is
/// answered in turn, and what comes while too much is under way is left to the client to ask again.
/// </summary>
internal sealed partial class HandleUdp(
    TimeProvider time,
    HandleService service,
    FastResolution fast,
    AmplificationLimiter budget,
    ILogger<HandleUdp> logger
) : IDisposable
{
    private const int MaxUnderWay = 1_000;
    private const int ReceiveBuffer = 4 << 20;

    // Linux and Windows tell of a peer that is gone by failing the next receive.
    private const int SioUdpConnectionReset = -1744830452;

    private readonly UdpReassembler _pieces = new(time);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Thread> _threads = [];
    private Socket? _socket;
    private int _underWay;

    /// <summary>The port, once it is bound.</summary>
    public int Port => ((IPEndPoint)_socket!.LocalEndPoint!).Port;

    /// <summary>Binds the port that TCP has; where that was any free one, another if it is taken.</summary>
    /// <exception cref="OperatorException">The port is taken.</exception>
    public void Start(IPEndPoint tcp, bool anyPort)
    {
        var socket = new Socket(tcp.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = ReceiveBuffer,
        };
        try
        {
            if (tcp.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }
            if (OperatingSystem.IsWindows())
            {
                socket.IOControl(SioUdpConnectionReset, [0, 0, 0, 0], null);
            }
            try
            {
                socket.Bind(tcp);
            }
            catch (SocketException) when (anyPort)
            {
                socket.Bind(new IPEndPoint(tcp.Address, 0));
            }
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new OperatorException(
                $"The Handle protocol cannot listen on UDP {tcp}: {e.SocketErrorCode}. Choose another address with "
                    + "--handle (setting Handle)."
            );
        }
        _socket = socket;
        for (var i = 0; i < Math.Min(4, Environment.ProcessorCount); i++)
        {
            var thread = new Thread(Receive) { IsBackground = true, Name = $"handle-udp-{i}" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>
    /// Sends a response, in as many packets as it takes, where the source's budget allows; else a short one that says
    /// so.
    /// </summary>
    public void Send(ReadOnlySpan<byte> message, SocketAddress peer, int requestBytes)
    {
        if (!budget.TryTake(peer, requestBytes, message.Length))
        {
            SendBusy(message, peer);
            return;
        }
        if (message.Length <= MessageLimits.MaxPacketLength)
        {
            SendPacket(message, peer);
            return;
        }
        Span<byte> packet = stackalloc byte[MessageLimits.MaxPacketLength];
        var count = PacketWriter.CountOf(message.Length);
        for (var i = 0; i < count; i++)
        {
            SendPacket(packet[..PacketWriter.Write(message, i, truncatedFlag: false, packet)], peer);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }
        _stopping.Cancel();
        // A receive under way ends with its socket.
        _socket?.Dispose();
        foreach (var thread in _threads)
        {
            thread.Join();
        }
        _stopping.Dispose();
    }

    private void Receive()
    {
        var buffer = new byte[ushort.MaxValue];
        var output = new ArrayBufferWriter<byte>(MessageLimits.MaxPacketLength);
        var peer = new SocketAddress(_socket!.AddressFamily);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var length = _socket.ReceiveFrom(buffer, SocketFlags.None, peer);
                Take(buffer.AsSpan(0, length), peer, output);
            }
            catch (SocketException) when (!_stopping.IsCancellationRequested)
            {
                // A peer that is gone, or a packet too long.
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return;
            }
            catch (Exception e)
            {
                // The last stand of a packet: a fault of ours must not end the thread.
                PacketFailed(logger, e);
            }
        }
    }

    private void Take(ReadOnlySpan<byte> packet, SocketAddress peer, ArrayBufferWriter<byte> output)
    {
        if (
            !Envelope.TryRead(packet, out var envelope)
            || envelope.MessageLength is < MessageLimits.HeaderLength or > MessageLimits.MaxMessageLength
        )
        {
            // Nothing is answered to what is no message: the source may be forged.
            return;
        }
        var message = packet[MessageLimits.EnvelopeLength..];
        var isWhole = envelope.Sequence == 0 && message.Length >= envelope.MessageLength;
        if (!isWhole)
        {
            if (_pieces.TryComplete(in envelope, message, peer, out var whole, out var received))
            {
                Answer(whole.Envelope, whole.Message, peer, received);
            }
            return;
        }
        message = message[..(int)envelope.MessageLength];
        output.ResetWrittenCount();
        if (fast.TryAnswer(in envelope, message, output))
        {
            Send(output.WrittenSpan, peer, packet.Length);
        }
        else
        {
            Answer(envelope, message.ToArray(), peer, packet.Length);
        }
    }

    private void Answer(Envelope envelope, byte[] message, SocketAddress peer, int requestBytes)
    {
        if (Interlocked.Increment(ref _underWay) > MaxUnderWay)
        {
            Interlocked.Decrement(ref _underWay);
            return;
        }
        var address = new SocketAddress(peer.Family, peer.Size);
        peer.Buffer[..peer.Size].CopyTo(address.Buffer);
        ThreadPool.UnsafeQueueUserWorkItem(
            static state => _ = state.Udp.AnswerAsync(state.Envelope, state.Message, state.Peer, state.RequestBytes),
            (Udp: this, Envelope: envelope, Message: message, Peer: address, RequestBytes: requestBytes),
            preferLocal: false
        );
    }

    private async Task AnswerAsync(Envelope envelope, byte[] message, SocketAddress address, int requestBytes)
    {
        try
        {
            var endPoint = (IPEndPoint)
                new IPEndPoint(
                    address.Family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any,
                    0
                ).Create(address);
            var peer = new HandlePeer(HandleTransport.Udp, endPoint.Address);
            await service.AnswerAsync(
                envelope,
                message,
                peer,
                new UdpSink(this, address, requestBytes),
                _stopping.Token
            );
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The node stops.
        }
        catch (Exception e)
        {
            PacketFailed(logger, e);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    /// <summary>
    /// In place of an answer that is too long: the same frame, saying that the server is busy, so that the client asks
    /// over TCP or later.
    /// </summary>
    private void SendBusy(ReadOnlySpan<byte> message, SocketAddress peer)
    {
        const int Length = MessageLimits.EnvelopeLength + MessageLimits.HeaderLength + 8;
        if (
            !Envelope.TryRead(message, out var envelope)
            || !MessageHeader.TryRead(message[MessageLimits.EnvelopeLength..], out var header)
        )
        {
            return;
        }
        Span<byte> busy = stackalloc byte[Length];
        busy.Clear();
        (envelope with { Flags = EnvelopeFlags.None, MessageLength = Length - MessageLimits.EnvelopeLength }).Write(
            busy
        );
        (
            header with
            {
                ResponseCode = ResponseCode.ServerBusy,
                Flags = header.Flags & ~OpFlags.ReturnDigest,
                BodyLength = 4,
            }
        ).Write(busy[MessageLimits.EnvelopeLength..]);
        SendPacket(busy, peer);
    }

    private void SendPacket(ReadOnlySpan<byte> packet, SocketAddress peer)
    {
        try
        {
            _socket!.SendTo(packet, SocketFlags.None, peer);
        }
        catch (SocketException)
        {
            // Nobody is there, or the way is full: over UDP the client asks again.
        }
    }

    [LoggerMessage(
        EventId = 45,
        EventName = "HandlePacketFailed",
        Level = LogLevel.Error,
        Message = "A packet of the Handle protocol failed."
    )]
    private static partial void PacketFailed(ILogger logger, Exception cause);
}
