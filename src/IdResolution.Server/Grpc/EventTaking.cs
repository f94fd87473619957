using Grpc.Core;
using IdResolution.Core.Errors;
using IdResolution.Core.Registration;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>Takes events and links in: one, a batch, or a stream. Thread-safe.</summary>
internal sealed class EventTaking(EventRecorder recorder, LinkRecorder links, BatchStreams batches)
{
    public async Task<V1.RecordedEvent> RecordAsync(V1.Event message, ServerCallContext context) =>
        await RecordAsync(EventReader.Event(message), context);

    public async Task<V1.RecordedEvent> LinkAsync(V1.ItemLink message, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var results = await links.RecordAsync([EventReader.Link(message)], caller, context.CancellationToken);
        return EventMessages.ToMessage(results[0].OrThrow(context), GrpcErrors.LanguageOf(context));
    }

    public async Task<V1.RecordBatchResponse> RecordBatchAsync(V1.RecordBatchRequest request, ServerCallContext context)
    {
        CheckCount(request.Items.Count, context);
        var caller = context.GetHttpContext().Caller();
        List<Result<EventRequest>> decoded = [.. request.Items.Select(EventReader.Event)];
        return ToMessage(await recorder.RecordBatchAsync(decoded, caller, context.CancellationToken), context);
    }

    public async Task<V1.RecordBatchResponse> LinkBatchAsync(V1.LinkBatchRequest request, ServerCallContext context)
    {
        CheckCount(request.Items.Count, context);
        var caller = context.GetHttpContext().Caller();
        List<Result<LinkRequest>> decoded =
        [
            .. request.Items.Select(link => (Result<LinkRequest>)EventReader.Link(link)),
        ];
        return ToMessage(await links.RecordBatchAsync(decoded, caller, context.CancellationToken), context);
    }

    public Task RecordStreamAsync(
        IAsyncStreamReader<V1.Event> events,
        IServerStreamWriter<V1.RecordResult> answers,
        ServerCallContext context
    )
    {
        var http = context.GetHttpContext();
        Task before = Task.CompletedTask;
        return batches.TakeAllAsync(
            new Items(events),
            Take,
            answers,
            (position, result) => EventMessages.ToMessage(position, result, http),
            context
        );

        // One batch after the other: of two events at one time the later one in the log counts.
        Task<Result<RecordedEvent>[]> Take(List<Result<EventRequest>> batch)
        {
            var taken = AfterAsync(before, batch);
            before = taken;
            return taken;
        }

        async Task<Result<RecordedEvent>[]> AfterAsync(Task earlier, List<Result<EventRequest>> batch)
        {
            await earlier;
            return await recorder.RecordBatchAsync(batch, http.Caller(), context.CancellationToken);
        }
    }

    private async Task<V1.RecordedEvent> RecordAsync(Result<EventRequest> request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var results = await recorder.RecordAsync([request], caller, context.CancellationToken);
        return EventMessages.ToMessage(results[0].OrThrow(context), GrpcErrors.LanguageOf(context));
    }

    private static V1.RecordBatchResponse ToMessage(Result<RecordedEvent>[] results, ServerCallContext context)
    {
        var response = new V1.RecordBatchResponse();
        for (var i = 0; i < results.Length; i++)
        {
            response.Items.Add(EventMessages.ToMessage(i, results[i], context.GetHttpContext()));
        }
        return response;
    }

    private static void CheckCount(int count, ServerCallContext context)
    {
        if (count is 0 or > Registrar.MaxBatch)
        {
            throw GrpcErrors.ToException(
                Error.Of(
                    ErrorCode.InvalidValue,
                    $"A batch has 1 to {Registrar.MaxBatch} items.",
                    $"一批包含 1 至 {Registrar.MaxBatch} 项。",
                    "items"
                ),
                context
            );
        }
    }

    /// <summary>The events of a stream, decoded as they are read.</summary>
    private sealed class Items(IAsyncStreamReader<V1.Event> events) : IAsyncStreamReader<StreamedItem<EventRequest>>
    {
        public StreamedItem<EventRequest> Current =>
            new(EventReader.Event(events.Current), events.Current.CalculateSize());

        public Task<bool> MoveNext(CancellationToken cancellationToken) => events.MoveNext(cancellationToken);
    }
}
