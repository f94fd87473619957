using Grpc.Core;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Reads a stream of items in batches. A batch has what has arrived already, up to a thousand items or 1 MiB; it does
/// not wait for more.
/// </summary>
internal sealed class BatchReader<T>(IAsyncStreamReader<StreamedItem<T>> items, CancellationToken cancellationToken)
{
    /// <summary>The bytes that end a batch.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxItems = 1_000;

    private Task<bool>? _next;

    /// <summary>
    /// The next batch, decoded; empty at the end of the stream. If the stream breaks, the items before the break come
    /// first.
    /// </summary>
    public async ValueTask<List<Result<T>>> ReadAsync()
    {
        var batch = new List<Result<T>>();
        _next ??= items.MoveNext(cancellationToken);
        if (!await _next)
        {
            return batch;
        }
        var bytes = 0;
        do
        {
            var (request, length) = items.Current;
            bytes += length;
            batch.Add(request);
            _next = items.MoveNext(cancellationToken);
        } while (
            batch.Count < MaxItems && bytes < MaxBytes && _next is { IsCompletedSuccessfully: true, Result: true }
        );
        return batch;
    }
}
