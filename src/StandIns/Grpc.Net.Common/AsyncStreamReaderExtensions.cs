using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>Extends <see cref="IAsyncStreamReader{T}" />.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>Reads all messages to the end of the stream.</summary>
    /// <typeparam name="T">The messages.</typeparam>
    /// <param name="streamReader">The stream.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentNullException">There is no stream.</exception>
    public static IAsyncEnumerable<T> ReadAllAsync<T>(this IAsyncStreamReader<T> streamReader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return Read(streamReader, cancellationToken);
    }

    private static async IAsyncEnumerable<T> Read<T>(
        IAsyncStreamReader<T> streamReader,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await streamReader.MoveNext(cancellationToken))
        {
            yield return streamReader.Current;
        }
    }
}
