using Google.Protobuf;
using Grpc.Core;
using IdResolution.Core.Errors;
using IdResolution.Core.Registration;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>Takes events and links in: one, a batch, or a stream. Thread-safe.</summary>
internal sealed class EventTaking(EventRecorder recorder, LinkReader links, BatchStreams batches)
{
    public async Task<V1.RecordedEvent> RecordAsync(V1.Event message, ServerCallContext context) =>
        await RecordAsync(EventReader.Event(message), context);

    public async Task<V1.RecordedEvent> LinkAsync(V1.ItemLink message, ServerCallContext context) =>
        await RecordAsync(await ReadAsync(message, context), context);

    public Task<V1.RecordBatchResponse> RecordBatchAsync(V1.RecordBatchRequest request, ServerCallContext context)
    {
        CheckCount(request.Items.Count, context);
        return RecordAsync([.. request.Items.Select(EventReader.Event)], context);
    }

    public async Task<V1.RecordBatchResponse> LinkBatchAsync(V1.LinkBatchRequest request, ServerCallContext context)
    {
        CheckCount(request.Items.Count, context);
        var decoded = new List<Result<EventRequest>>(request.Items.Count);
        foreach (var link in request.Items)
        {
            decoded.Add(await ReadAsync(link, context));
        }
        return await RecordAsync(decoded, context);
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
            return await recorder.RecordAsync(batch, http.Caller(), context.CancellationToken);
        }
    }

    private async Task<V1.RecordedEvent> RecordAsync(Result<EventRequest> request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var results = await recorder.RecordAsync([request], caller, context.CancellationToken);
        return EventMessages.ToMessage(results[0].OrThrow(context));
    }

    private async Task<V1.RecordBatchResponse> RecordAsync(
        List<Result<EventRequest>> decoded,
        ServerCallContext context
    )
    {
        var http = context.GetHttpContext();
        var results = await recorder.RecordAsync(decoded, http.Caller(), context.CancellationToken);
        var response = new V1.RecordBatchResponse();
        for (var i = 0; i < results.Length; i++)
        {
            response.Items.Add(EventMessages.ToMessage(i, results[i], http));
        }
        return response;
    }

    private ValueTask<Result<EventRequest>> ReadAsync(V1.ItemLink message, ServerCallContext context) =>
        links.ToEventAsync(EventReader.Link(message), context.GetHttpContext().Caller(), context.CancellationToken);

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
