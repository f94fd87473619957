using System.Net;
using System.Net.Sockets;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Tests.Handle;

/// <summary>Messages over UDP, in as many packets as they take.</summary>
internal sealed class HandlePackets : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
    {
        ReceiveTimeout = 30_000,
    };

    public HandlePackets(int port) => _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Whether something has come that was not read.</summary>
    public bool HasMore => _socket.Available > 0;

    public void Send(ReadOnlySpan<byte> message)
    {
        Span<byte> packet = stackalloc byte[MessageLimits.MaxPacketLength];
        for (var i = 0; i < PacketWriter.CountOf(message.Length); i++)
        {
            _socket.Send(packet[..PacketWriter.Write(message, i, truncatedFlag: true, packet)]);
        }
    }

    /// <summary>Reads one message; packets of others between its own are a failure.</summary>
    public HandleMessage Read()
    {
        var assembler = new PacketAssembler();
        var packet = new byte[2_000];
        while (!assembler.IsComplete)
        {
            var length = _socket.Receive(packet);
            Assert.That(
                Envelope.TryRead(packet, out var envelope)
                    && assembler.TryAdd(
                        envelope,
                        packet.AsSpan(MessageLimits.EnvelopeLength, length - MessageLimits.EnvelopeLength)
                    ),
                Is.True
            );
        }
        Assert.That(HandleMessage.TryParse(assembler.Envelope, assembler.ToMessage(), out var message), Is.True);
        return message!;
    }

    public HandleMessage Ask(ReadOnlySpan<byte> message)
    {
        Send(message);
        return Read();
    }

    public void Dispose() => _socket.Dispose();
}
