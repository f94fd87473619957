namespace Grpc.Core;

/// <summary>A stream of messages to write.</summary>
/// <typeparam name="T">The messages.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How the next messages are written; null for the options of the call.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message; one write at a time.</summary>
    /// <param name="message">The message.</param>
    Task WriteAsync(T message);

    /// <summary>Writes a message; one write at a time.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NotSupportedException">The token can be cancelled and the implementation knows no tokens.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken) => cancellationToken.CanBeCanceled
        ? throw new NotSupportedException("This stream cannot cancel a write.")
        : WriteAsync(message);
}
