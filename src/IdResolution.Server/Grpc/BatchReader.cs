using Grpc.Core;
using IdResolution.Core.Errors;
using IdResolution.Core.Registration;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Reads a stream of registrations in batches: what has come in already, up to a thousand, without waiting for more.
/// </summary>
internal sealed class BatchReader(IAsyncStreamReader<StreamedItem> items, CancellationToken cancellationToken)
{
    private const int MaxItems = 1_000;
    private const int MaxBytes = 1 << 20;

    private Task<bool>? _next;

    /// <summary>
    /// The next batch, decoded; empty at the stream's end. A stream that breaks gives what came before the break first.
    /// </summary>
    public async ValueTask<List<Result<RegistrationRequest>>> ReadAsync()
    {
        var batch = new List<Result<RegistrationRequest>>();
        _next ??= items.MoveNext(cancellationToken);
        if (!await _next)
        {
            return batch;
        }
        var bytes = 0;
        do
        {
            bytes += items.Current.Bytes;
            batch.Add(items.Current.Request);
            _next = items.MoveNext(cancellationToken);
        } while (
            batch.Count < MaxItems && bytes < MaxBytes && _next is { IsCompletedSuccessfully: true, Result: true }
        );
        return batch;
    }
}
