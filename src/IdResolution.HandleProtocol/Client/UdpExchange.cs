using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>
/// A request over UDP, from a port of its own, which together with its id forgers would have to guess.
/// </summary>
internal static class UdpExchange
{
    /// <summary>Longer than any packet that is taken.</summary>
    private const int BufferLength = 1024;

    /// <summary>Sends a request, again and again with growing patience, until a response is whole.</summary>
    public static async Task<ChannelAnswer> RunAsync(
        IPEndPoint server,
        HandleRequest request,
        TransportSettings settings,
        TimeProvider time,
        CancellationToken cancel
    )
    {
        try
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(server, cancel);
            // A response to an earlier try may still come, and may differ, so each try has an id and pieces of its own.
            var tries = new Dictionary<int, PacketAssembler>();
            for (var attempt = 0; attempt < settings.UdpAttempts; attempt++)
            {
                var id = RandomNumberGenerator.GetInt32(int.MaxValue);
                tries[id] = new PacketAssembler();
                await SendAsync(socket, request.ToMessage(id), cancel);
                using var patience = new CancellationTokenSource(settings.FirstUdpTimeout * (1 << attempt), time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
                try
                {
                    return await ReceiveAsync(socket, request, tries, both.Token);
                }
                catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
                {
                    // The next try waits longer.
                }
            }
            return ChannelAnswer.Failed(TransportFailure.TimedOut);
        }
        catch (SocketException)
        {
            return ChannelAnswer.Failed(TransportFailure.Unreachable);
        }
    }

    private static async Task SendAsync(Socket socket, byte[] message, CancellationToken cancel)
    {
        var packet = new byte[MessageLimits.MaxPacketLength];
        for (var i = 0; i < PacketWriter.CountOf(message.Length); i++)
        {
            await socket.SendAsync(
                packet.AsMemory(0, PacketWriter.Write(message, i, truncatedFlag: true, packet)),
                SocketFlags.None,
                cancel
            );
        }
    }

    private static async Task<ChannelAnswer> ReceiveAsync(
        Socket socket,
        HandleRequest request,
        Dictionary<int, PacketAssembler> tries,
        CancellationToken cancel
    )
    {
        var packet = new byte[BufferLength];
        while (true)
        {
            var length = await socket.ReceiveAsync(packet, SocketFlags.None, cancel);
            if (
                !Envelope.TryRead(packet.AsSpan(0, length), out var envelope)
                || !tries.TryGetValue(envelope.RequestId, out var assembler)
                || !assembler.TryAdd(envelope, packet.AsSpan(MessageLimits.EnvelopeLength..length))
                || !assembler.IsComplete
            )
            {
                continue;
            }
            if (
                HandleMessage.TryParse(assembler.Envelope, assembler.ToMessage(), out var message)
                && request.IsAnsweredBy(message)
            )
            {
                // What goes on in more messages is asked for again over TCP, where none is lost.
                return message.Header.Flags.HasFlag(OpFlags.Continuous)
                    ? ChannelAnswer.Failed(TransportFailure.TooLong)
                    : new ChannelAnswer(TransportFailure.None, [message]);
            }
            tries[envelope.RequestId] = new PacketAssembler();
        }
    }
}
