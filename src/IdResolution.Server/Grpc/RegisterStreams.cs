using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>Registers the items of a stream. Thread-safe.</summary>
internal sealed class RegisterStreams(
    Registrar registrar,
    ApiKeyAuthenticator callers,
    TimeProvider time,
    IHostApplicationLifetime lifetime
)
{
    private const int MaxRefusals = 1_000;

    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    /// <summary>Registers all items and answers once, with counts and the first refusals.</summary>
    public async Task<V1.RegisterManyResponse> RegisterManyAsync(
        IAsyncStreamReader<StreamedItem> items,
        ServerCallContext context
    )
    {
        var caller = context.GetHttpContext().Caller();
        var response = new V1.RegisterManyResponse
        {
            Received = 0,
            Created = 0,
            Same = 0,
            Reinstated = 0,
            Refused = 0,
        };
        var http = context.GetHttpContext();
        await RegisterAllAsync(
            items,
            caller,
            context,
            (first, results) =>
            {
                for (var i = 0; i < results.Length; i++)
                {
                    response.Received++;
                    if (!results[i].TryGet(out var registered, out _))
                    {
                        response.Refused++;
                        if (response.Refusals.Count < MaxRefusals)
                        {
                            response.Refusals.Add(ToMessage(first + i, results[i], http));
                        }
                        continue;
                    }
                    switch (registered.Outcome)
                    {
                        case WriteOutcome.Created:
                            response.Created++;
                            break;
                        case WriteOutcome.Reinstated:
                            response.Reinstated++;
                            break;
                        default:
                            response.Same++;
                            break;
                    }
                }
                return Task.CompletedTask;
            }
        );
        return response;
    }

    /// <summary>Registers all items and answers each one.</summary>
    public async Task RegisterStreamAsync(
        IAsyncStreamReader<StreamedItem> items,
        IServerStreamWriter<V1.RegisterResult> answers,
        ServerCallContext context
    )
    {
        var http = context.GetHttpContext();
        await RegisterAllAsync(
            items,
            context.GetHttpContext().Caller(),
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
                        ToMessage(first + i, results[i], http),
                        last ? context.CancellationToken : CancellationToken.None
                    );
                }
            }
        );
    }

    public static V1.RegisterResult ToMessage(long position, Result<Registered> result, HttpContext context) =>
        result.TryGet(out var registered, out var error)
            ? new V1.RegisterResult
            {
                Position = position,
                Registered = new V1.Registered
                {
                    Identifier = RecordState.IdentifierOf(registered.Record),
                    Version = registered.Record.Version,
                    Outcome = registered.Outcome switch
                    {
                        WriteOutcome.Created => V1.RegisterOutcome.Created,
                        WriteOutcome.Reinstated => V1.RegisterOutcome.Reinstated,
                        _ => V1.RegisterOutcome.Same,
                    },
                    Differs = { registered.Differs },
                },
            }
            : new V1.RegisterResult { Position = position, Error = GrpcErrors.ToStatus(error, context) };

    /// <summary>
    /// Registers a stream in batches of what has arrived. At most one batch is being answered while the next one is
    /// read and written. Nothing else of a stream is held in memory, beside the flow control window of HTTP/2.
    /// </summary>
    private async Task RegisterAllAsync(
        IAsyncStreamReader<StreamedItem> items,
        Caller caller,
        ServerCallContext context,
        Func<long, Result<Registered>[], Task> answer
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken,
            lifetime.ApplicationStopping
        );
        var batches = new BatchReader(items, stop.Token);
        var answered = Task.CompletedTask;
        var first = 0L;
        try
        {
            while (await batches.ReadAsync() is { Count: > 0 } batch)
            {
                await StillAllowedAsync(context);
                var registering = registrar.RegisterAsync(batch, caller, context.CancellationToken);
                await answered;
                answered = AnswerAsync(first, registering, answer);
                first += batch.Count;
            }
        }
        catch (Exception e)
        {
            // Answer first what was registered before the break. If that fails too, throw the first fault.
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

    private static async Task AnswerAsync(
        long first,
        Task<Result<Registered>[]> registering,
        Func<long, Result<Registered>[], Task> answer
    ) => await answer(first, await registering);

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
