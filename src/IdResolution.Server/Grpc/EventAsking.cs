using Grpc.Core;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>The methods of <c>Traceability</c> that ask for events and for the status of an item.</summary>
internal sealed class EventAsking(
    EventQueries queries,
    StatusReader statuses,
    ThingFinder finder,
    AffectedReader affected
)
{
    // Clients take messages up to 4 MiB by default, and one event may have 1 MiB.
    private const int MaxPageBytes = 3 << 20;

    private const int DefaultPage = 100;

    public async Task<V1.ShownEvent> FindAsync(V1.GetEventRequest request, ServerCallContext context)
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

    public async Task<V1.ListEventsResponse> ListAsync(V1.ListEventsRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        var filter = Read(request, caller).OrThrow(context);
        var listed = await queries.ListAsync(filter, caller, context.CancellationToken);
        var page = listed.Called(static name => ItemMessages.NameOf(name, "item_by")).OrThrow(context);
        var response = new V1.ListEventsResponse();
        var bytes = 0;
        foreach (var shown in page.Events)
        {
            var message = EventMessages.ToMessage(shown);
            bytes += message.CalculateSize();
            if (bytes > MaxPageBytes && response.Items.Count > 0)
            {
                var last = page.Events[response.Items.Count - 1].Stored;
                response.Next = page.TextOf(page.CursorAfter(last));
                return response;
            }
            response.Items.Add(message);
        }
        if (page.Next is { } next)
        {
            response.Next = page.TextOf(next);
        }
        return response;
    }

    public async Task<V1.ItemStatus> StatusAsync(V1.GetStatusRequest request, ServerCallContext context)
    {
        var text = request.HasIdentifier ? request.Identifier : null;
        var name = await ItemMessages.FindAsync(finder, text, request.By, "identifier", context);
        var status = await statuses.ReadAsync(name, context.GetHttpContext().Caller(), context.CancellationToken);
        return EventMessages.ToMessage(status.OrThrow(context));
    }

    public async Task<V1.FindAffectedResponse> AffectedAsync(V1.FindAffectedRequest request, ServerCallContext context)
    {
        var found = await affected.FindAsync(
            request.Items,
            request.HasSource ? request.Source : null,
            context.GetHttpContext().Caller(),
            context.CancellationToken
        );
        var response = new V1.FindAffectedResponse();
        foreach (var item in found.OrThrow(context))
        {
            var message = new V1.AffectedItem { Item = item.Asked };
            EventMessages.Set(item.Identifier?.Text, text => message.Identifier = text);
            message.Holds.AddRange(item.Holds.Select(EventMessages.ToMessage));
            response.Items.Add(message);
        }
        return response;
    }

    private Result<EventFilter> Read(V1.ListEventsRequest request, Caller caller)
    {
        var faults = new Faults();
        EventCursor? after = null;
        if (request.HasAfter)
        {
            if (queries.TryReadCursor(request.After, caller, out var cursor))
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
        var item = ItemMessages.Asked(request.HasItem ? request.Item : null, request.ItemBy, "item_by");
        if (item is { IsOk: false, Error: { } unread })
        {
            faults.Add(unread);
        }
        var filter = new EventFilter
        {
            Item = item is { IsOk: true, Value: var asked } ? asked : null,
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
