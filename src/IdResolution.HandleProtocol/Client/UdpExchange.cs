using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>
/// Sends a request over UDP, from a port of its own. A forger would have to guess both the port and the request id.
/// </summary>
internal static class UdpExchange
{
    /// <summary>In bytes: longer than any packet that is accepted.</summary>
    private const int BufferLength = 1024;

    /// <summary>Sends a request, again and again with longer waits, until a complete response has arrived.</summary>
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
            // A response to an earlier try may still come, and may differ. So each try has its own id and assembler.
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
                // A response of several messages is fetched again over TCP, which loses none of them.
                return message.Header.Flags.HasFlag(OpFlags.Continuous)
                    ? ChannelAnswer.Failed(TransportFailure.TooLong)
                    : new ChannelAnswer(TransportFailure.None, [message]);
            }
            tries[envelope.RequestId] = new PacketAssembler();
        }
    }
}
