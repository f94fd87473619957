using System.Buffers;
using System.IO.Pipelines;

namespace IdResolution.Server.Handle.Transport;

/// <summary>Sends responses on a TCP connection.</summary>
internal sealed class PipeSink(PipeWriter output, HandleConnections.Connection watched) : IHandleSink
{
    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        output.Write(message.Span);
        var flushed = await watched.FlushAsync(output, cancellationToken);
        if (flushed.IsCompleted)
        {
            throw new IOException("The client has gone.");
        }
        // A long list may take any time, as long as the client reads it.
        watched.Progress();
    }
}
