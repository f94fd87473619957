namespace IdResolution.Server.Handle.Transport;

/// <summary>Sends the responses to a message. Each is a whole message with its envelope.</summary>
internal interface IHandleSink
{
    /// <summary>Sends one response. The caller may reuse the bytes afterwards.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);
}
