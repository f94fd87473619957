using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary><c>idresolution.v1.Traceability</c>: events, links, status, scans with an intent, traces.</summary>
[BindServiceMethod(typeof(TraceabilityService), nameof(Bind))]
internal sealed class TraceabilityService(
    EventTaking events,
    ScanChecks scans,
    EventQueries queries,
    StatusReader statuses,
    TraceStream traces,
    ThingFinder finder
) : V1.Traceability.TraceabilityBase
{
    // Clients take messages up to 4 MiB by default, and one event may have 1 MiB.
    private const int MaxPageBytes = 3 << 20;

    private const int DefaultPage = 100;

    public static void Bind(ServiceBinderBase binder, V1.Traceability.TraceabilityBase? service) =>
        V1.Traceability.BindService(new CheckedBinder(binder), service);

    [RoleNeeded(Role.Registrar)]
    public override Task<V1.RecordedEvent> Record(V1.Event request, ServerCallContext context) =>
        events.RecordAsync(request, context);

    [RoleNeeded(Role.Registrar)]
    public override Task<V1.RecordBatchResponse> RecordBatch(
        V1.RecordBatchRequest request,
        ServerCallContext context
    ) => events.RecordBatchAsync(request, context);

    [RoleNeeded(Role.Registrar)]
    public override Task RecordStream(
        IAsyncStreamReader<V1.Event> requestStream,
        IServerStreamWriter<V1.RecordResult> responseStream,
        ServerCallContext context
    ) => events.RecordStreamAsync(requestStream, responseStream, context);

    [RoleNeeded(Role.Registrar)]
    public override Task<V1.RecordedEvent> Link(V1.ItemLink request, ServerCallContext context) =>
        events.LinkAsync(request, context);

    [RoleNeeded(Role.Registrar)]
    public override Task<V1.RecordBatchResponse> LinkBatch(V1.LinkBatchRequest request, ServerCallContext context) =>
        events.LinkBatchAsync(request, context);

    [RoleNeeded(Role.Reader)]
    public override Task<V1.ScanIntentResponse> Scan(V1.ScanIntentRequest request, ServerCallContext context) =>
        scans.CheckAsync(request, context);

    [RoleNeeded(Role.Reader)]
    public override async Task<V1.ShownEvent> GetEvent(V1.GetEventRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var found = request.Key is { } key
            ? await queries.FindByKeyAsync(
                key.HasSource ? key.Source : null,
                key.HasSourceKey ? key.SourceKey : null,
                caller,
                context.CancellationToken
            )
            : await queries.FindAsync(request.Event, caller, context.CancellationToken);
        return EventMessages.ToMessage(found.OrThrow(context));
    }

    [RoleNeeded(Role.Reader)]
    public override async Task<V1.ListEventsResponse> ListEvents(
        V1.ListEventsRequest request,
        ServerCallContext context
    )
    {
        var filter = Read(request).OrThrow(context);
        var caller = context.GetHttpContext().Caller();
        var page = (await queries.ListAsync(filter, caller, context.CancellationToken)).OrThrow(context);
        var response = new V1.ListEventsResponse();
        var bytes = 0;
        foreach (var shown in page.Events)
        {
            var message = EventMessages.ToMessage(shown);
            bytes += message.CalculateSize();
            if (bytes > MaxPageBytes && response.Items.Count > 0)
            {
                var last = page.Events[response.Items.Count - 1].Stored;
                response.Next = new EventCursor(page.Number, last.Time, last.Object).ToString();
                return response;
            }
            response.Items.Add(message);
        }
        if (page.Next is { } next)
        {
            response.Next = next.ToString();
        }
        return response;
    }

    [RoleNeeded(Role.Reader)]
    public override async Task<V1.ItemStatus> GetStatus(V1.GetStatusRequest request, ServerCallContext context)
    {
        var identifier = request.HasIdentifier
            ? ItemName.Parse(request.Identifier)
            : MessageReader.Missing("identifier");
        var caller = context.GetHttpContext().Caller();
        var name = await finder.ResolveAsync(identifier.OrThrow(context), caller, context.CancellationToken);
        var status = await statuses.ReadAsync(name, caller, context.CancellationToken);
        return EventMessages.ToMessage(status.OrThrow(context));
    }

    [RoleNeeded(Role.Reader)]
    public override Task Trace(
        V1.TraceRequest request,
        IServerStreamWriter<V1.TraceResponse> responseStream,
        ServerCallContext context
    ) => traces.WriteAsync(request, responseStream, context);

    private static Result<EventFilter> Read(V1.ListEventsRequest request)
    {
        var faults = new Faults();
        EventCursor? after = null;
        if (request.HasAfter)
        {
            if (EventCursor.TryParse(request.After, out var cursor))
            {
                after = cursor;
            }
            else
            {
                faults.Add("after", "must be the next of an answer before", "应为前一次应答中的 next");
            }
        }
        if (request.HasLimit && request.Limit is < 1 or > EventQueries.MaxPage)
        {
            faults.Add("limit", $"must be 1 to {EventQueries.MaxPage}", $"应为 1 至 {EventQueries.MaxPage}");
        }
        var filter = new EventFilter
        {
            Item = request.HasItem ? request.Item : null,
            Type = EventReader.Name(request.HasType, request.Type),
            Place = request.HasPlace ? request.Place : null,
            Equipment = request.HasEquipment ? request.Equipment : null,
            From = TraceStream.Time(request.From, "from", faults),
            To = TraceStream.Time(request.To, "to", faults),
            Descending = request.Descending,
            After = after,
            Limit = request.HasLimit ? request.Limit : DefaultPage,
        };
        return faults.TryCombine(out var error) ? error : filter;
    }
}
