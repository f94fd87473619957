using System.Buffers;
using System.Net;
using System.Net.Sockets;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Options;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// The Handle protocol on UDP. Dedicated threads receive packets and answer cached records at once. Other requests go
/// to the thread pool. If too many are in progress, in all or of one network, a packet is dropped and the client asks
/// again.
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
    private const int MaxUnderWayEach = 200;
    private const int ReceiveBuffer = 4 << 20;

    // If a peer is gone, the next receive fails. This option switches that off on Windows.
    private const int SioUdpConnectionReset = -1744830452;

    private readonly UdpReassembler _pieces = new(time);
    private readonly SourceShares _underWay = new(MaxUnderWay, MaxUnderWayEach);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Thread> _threads = [];
    private Socket? _socket;

    /// <summary>The bound port. Valid after <see cref="Start"/>.</summary>
    public int Port => ((IPEndPoint)_socket!.LocalEndPoint!).Port;

    /// <summary>Binds the port that TCP uses; or any other, if TCP chose a free one that is taken for UDP.</summary>
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
                    + "--handle (setting Handle).",
                $"Handle 协议无法在 UDP {tcp} 监听：{e.SocketErrorCode}。请用 --handle（配置项 Handle）换一个地址。"
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
    /// Sends a response, in several packets if needed; a short "busy" if the source's budget does not allow it.
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
        // Disposing the socket ends a receive in progress.
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
                // The peer is gone, or the packet is too long.
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return;
            }
            catch (Exception e)
            {
                // An error in our code must not end the thread.
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
            // This is no message. It gets no answer, because the source may be forged.
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
        if (!_underWay.TryTake(NetworkSource.Of(peer)))
        {
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
            var peer = new HandlePeer(PeerTransport.Udp, endPoint.Address);
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
            _underWay.Return(NetworkSource.Of(address));
        }
    }

    /// <summary>
    /// Sends "busy" in the frame of an answer that is too long. The client then asks over TCP or later.
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
            // The peer is gone or the network is congested. Over UDP the client asks again.
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
