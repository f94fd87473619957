using System.Net;

namespace IdResolution.Server.Handle.Transport;

/// <summary>Sends the responses to one message over UDP, in packets.</summary>
internal sealed class UdpSink(HandleUdp udp, SocketAddress peer, int requestBytes) : IHandleSink
{
    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        udp.Send(message.Span, peer, requestBytes);
        return ValueTask.CompletedTask;
    }
}
