namespace Grpc.Core;

/// <summary>Extends <see cref="IAsyncStreamReader{T}" />.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>Reads the next message, without giving up.</summary>
    /// <typeparam name="T">The messages.</typeparam>
    /// <param name="streamReader">The stream.</param>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="ArgumentNullException">There is no stream.</exception>
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return streamReader.MoveNext(CancellationToken.None);
    }
}
