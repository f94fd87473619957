using Grpc.Core;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>Takes the items of streams in batches. Thread-safe.</summary>
internal sealed class BatchStreams(ApiKeyAuthenticator callers, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    /// <summary>Takes all items and answers each one, in order.</summary>
    public Task TakeAllAsync<TItem, TResult, TMessage>(
        IAsyncStreamReader<StreamedItem<TItem>> items,
        Func<List<Result<TItem>>, Task<Result<TResult>[]>> take,
        IServerStreamWriter<TMessage> answers,
        Func<long, Result<TResult>, TMessage> toMessage,
        ServerCallContext context
    ) =>
        TakeAllAsync(
            items,
            take,
            context,
            async (first, results) =>
            {
                for (var i = 0; i < results.Length; i++)
                {
                    // The results of a batch go out together, with the last one. Only that write can take long enough
                    // to be cancelled.
                    var last = i == results.Length - 1;
                    answers.WriteOptions = last ? null : Buffered;
                    await answers.WriteAsync(
                        toMessage(first + i, results[i]),
                        last ? context.CancellationToken : CancellationToken.None
                    );
                }
            }
        );

    /// <summary>
    /// Takes a stream in batches of what has arrived. At most one batch is being answered while the next one is read
    /// and written. Nothing else of a stream is held in memory, beside the flow control window of HTTP/2.
    /// </summary>
    public async Task TakeAllAsync<TItem, TResult>(
        IAsyncStreamReader<StreamedItem<TItem>> items,
        Func<List<Result<TItem>>, Task<Result<TResult>[]>> take,
        ServerCallContext context,
        Func<long, Result<TResult>[], Task> answer
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken,
            lifetime.ApplicationStopping
        );
        var batches = new BatchReader<TItem>(items, stop.Token);
        var answered = Task.CompletedTask;
        var first = 0L;
        try
        {
            while (await batches.ReadAsync() is { Count: > 0 } batch)
            {
                await StillAllowedAsync(context);
                var taking = take(batch);
                await answered;
                answered = AnswerAsync(first, taking, answer);
                first += batch.Count;
            }
        }
        catch (Exception e)
        {
            // Answer first what was taken before the break. If that fails too, throw the first fault.
            await answered.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (
                e is OperationCanceledException
                && lifetime.ApplicationStopping.IsCancellationRequested
                && !context.CancellationToken.IsCancellationRequested
            )
            {
                throw GrpcErrors.ToException(ShutdownError.Error, context);
            }
            throw;
        }
        await answered;
    }

    private static async Task AnswerAsync<TResult>(
        long first,
        Task<Result<TResult>[]> taking,
        Func<long, Result<TResult>[], Task> answer
    ) => await answer(first, await taking);

    /// <summary>
    /// Each batch of a stream counts as a request. A key that is revoked meanwhile ends the stream; a rate limit slows
    /// it down.
    /// </summary>
    private async ValueTask StillAllowedAsync(ServerCallContext context)
    {
        var caller = (
            await callers.GetAsync(
                context.GetHttpContext().Request.Headers.Authorization,
                context.GetHttpContext().Source(),
                context.CancellationToken
            )
        ).OrThrow(context);
        while (ApiKeyAuthenticator.Limit(caller) is { RetryAfter: { } wait })
        {
            await Task.Delay(wait, time, context.CancellationToken);
        }
    }
}
