using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>Registers the items of a stream. Thread-safe.</summary>
internal sealed class RegisterStreams(ItemRegistrations items, BatchStreams batches)
{
    private const int MaxRefusals = 1_000;

    /// <summary>Registers all items and answers once, with counts and the first refusals.</summary>
    public async Task<V1.RegisterManyResponse> RegisterManyAsync(
        IAsyncStreamReader<StreamedItem<ItemRegistration>> stream,
        ServerCallContext context
    )
    {
        var http = context.GetHttpContext();
        var caller = http.Caller();
        var response = new V1.RegisterManyResponse
        {
            Received = 0,
            Created = 0,
            Same = 0,
            Reinstated = 0,
            Refused = 0,
        };
        await batches.TakeAllAsync(
            stream,
            InOrder(caller, context.CancellationToken),
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
                    Count(response, registered.Registered.Outcome);
                }
                return Task.CompletedTask;
            }
        );
        return response;
    }

    private static void Count(V1.RegisterManyResponse response, WriteOutcome outcome)
    {
        switch (outcome)
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

    /// <summary>Registers all items and answers each one.</summary>
    public async Task RegisterStreamAsync(
        IAsyncStreamReader<StreamedItem<ItemRegistration>> stream,
        IServerStreamWriter<V1.RegisterResult> answers,
        ServerCallContext context
    )
    {
        var http = context.GetHttpContext();
        var caller = http.Caller();
        await batches.TakeAllAsync(
            stream,
            InOrder(caller, context.CancellationToken),
            answers,
            (position, result) => ToMessage(position, result, http),
            context
        );
    }

    /// <summary>
    /// Takes batches. One with links or events waits for the one before: they may name its items, and of two events at
    /// one time the later one in the log counts.
    /// </summary>
    private Func<List<Result<ItemRegistration>>, Task<Result<RegisteredItem>[]>> InOrder(
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        Task before = Task.CompletedTask;
        return batch =>
        {
            var taken = batch.Exists(static one => one.IsOk && one.Value.Count > 0)
                ? AfterAsync(before, batch)
                : items.RegisterAsync(batch, caller, cancellationToken);
            before = taken;
            return taken;
        };

        async Task<Result<RegisteredItem>[]> AfterAsync(Task earlier, List<Result<ItemRegistration>> batch)
        {
            await earlier;
            return await items.RegisterAsync(batch, caller, cancellationToken);
        }
    }

    public static V1.RegisterResult ToMessage(long position, Result<RegisteredItem> result, HttpContext context)
    {
        if (!result.TryGet(out var item, out var error))
        {
            return new V1.RegisterResult { Position = position, Error = GrpcErrors.ToStatus(error, context) };
        }
        var registered = item.Registered;
        var message = new V1.Registered
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
            Recorded = EventMessages.ToMessage(item, GrpcErrors.LanguageOf(context)),
        };
        message.Holds.AddRange(item.Holds.Select(EventMessages.ToMessage));
        message.Findings.AddRange(EventMessages.FindingsOf(registered, GrpcErrors.LanguageOf(context)));
        return new V1.RegisterResult { Position = position, Registered = message };
    }
}
