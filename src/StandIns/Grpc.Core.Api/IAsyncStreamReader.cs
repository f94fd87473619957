namespace Grpc.Core;

/// <summary>A stream of messages to read.</summary>
/// <typeparam name="T">The messages.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last read got.</summary>
    T Current { get; }

    /// <summary>Reads the next message; one read at a time.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False at the end of the stream.</returns>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
