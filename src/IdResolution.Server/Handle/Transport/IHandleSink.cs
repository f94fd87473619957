namespace IdResolution.Server.Handle.Transport;

/// <summary>Takes the responses to a message, each a whole message with its envelope.</summary>
internal interface IHandleSink
{
    /// <summary>Sends one; the bytes are the caller's again afterwards.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);
}
