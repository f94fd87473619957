using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Declares the calls about events and links.</summary>
internal static class EventApi
{
    public static void Map(RouteGroupBuilder group, EventEndpoints events, BodyLimits limits)
    {
        MapTaking(group, events, limits);
        MapAsking(group, events);
    }

    public static void MapAffected(RouteGroupBuilder group, AffectedEndpoint affected, BodyLimits limits) =>
        RestApi
            .Map(
                group,
                "affected",
                "POST /affected",
                affected.AnswerAsync,
                "Which of up to 10,000 items are held",
                "What is held, of what the caller sees, in the order asked for. All else is left out, whatever it is.",
                Role.Reader,
                partners: true
            )
            .AsPartner()
            .WithMetadata(ReadingCall.Instance)
            .Takes<AffectedBody>(limits.Batch)
            .Produces<ApiDocument.AffectedAnswer>()
            .Refuses(413);

    private static void MapTaking(RouteGroupBuilder group, EventEndpoints events, BodyLimits limits)
    {
        RestApi
            .Map(
                group,
                "recordEvent",
                "POST /events",
                events.RecordAsync,
                "Record what happened to items",
                "Answers 201 for a new event, and 200 with the event that is there for the same again.",
                Role.Registrar
            )
            .Takes<ApiDocument.Event>(limits.Usual)
            .Produces<ApiDocument.EventResult>(201)
            .Produces<ApiDocument.EventResult>()
            .Refuses(409);
        RestApi
            .Map(
                group,
                "recordEvents",
                "POST /events:batch",
                events.RecordBatchAsync,
                "Record up to 2,000 events",
                "Each event has its own result, in the order given.",
                Role.Registrar
            )
            .Takes<ApiDocument.EventBatch>(limits.Batch)
            .Produces<ApiDocument.EventBatchAnswer>();
        RestApi
            .Map(
                group,
                "recordLink",
                "POST /links",
                events.LinkAsync,
                "Link two items",
                "The short form of an event: from what was made, order or new part, to what it was made from.",
                Role.Registrar
            )
            .Takes<ApiDocument.Link>(BodyLimits.Small)
            .Produces<ApiDocument.EventResult>(201)
            .Produces<ApiDocument.EventResult>()
            .Refuses(409);
        RestApi
            .Map(
                group,
                "recordLinks",
                "POST /links:batch",
                events.LinkBatchAsync,
                "Record up to 2,000 links",
                "Each link has its own result, in the order given.",
                Role.Registrar
            )
            .Takes<ApiDocument.LinkBatch>(limits.Batch)
            .Produces<ApiDocument.EventBatchAnswer>();
    }

    private static void MapAsking(RouteGroupBuilder group, EventEndpoints events)
    {
        RestApi
            .Map(
                group,
                "events",
                "GET /events",
                events.ListAsync,
                "List events",
                "By time, corrected ones too, as they stood when the first page was read. A partner is shown what "
                    + "it sees.",
                Role.Reader,
                partners: true
            )
            .AsPartner()
            .Text("item", "An identifier, or a URI, that has any part in the event.")
            .Text("itemSource", "With itemKey, in place of item: the system that knows the item.")
            .Text("itemKey", "With itemSource: the item's key in that system.")
            .Text(
                "find",
                "In place of item: TEMPLATE:ATTRIBUTE=VALUE, a searchable attribute that one item alone has so."
            )
            .Text("type", "The type of the event.", [.. EventNames.Types])
            .Text("place", "Where it happened: an identifier or a text.")
            .Text("equipment", "A machine or tool: an identifier or a text.")
            .Time("from", TextParameter.Time, "At this time or later.")
            .Time("to", TextParameter.Time, "Before this time.")
            .Text("order", "The oldest or the latest first; asc where absent.", "asc", "desc")
            .Text("source", "With sourceKey: the event that this system sent under that key.")
            .Text("sourceKey", "With source: the event's key there.")
            .Text("after", "Goes on where the page before ended: its next.")
            .Number("limit", "Events in one answer.", absent: 100, least: 1, greatest: EventQueries.MaxPage)
            .Produces<ApiDocument.EventListing>()
            .Refuses(404, 409)
            .NeedsValues();
        RestApi
            .Map(
                group,
                "event",
                "GET /events/{id}",
                events.GetAsync,
                "An event",
                "As it was sent; to a partner, what it sees of it.",
                Role.Reader,
                partners: true
            )
            .AsPartner()
            .Produces<ApiDocument.ShownEvent>()
            .Refuses(404);
        RestApi.MapKeyed(
            (name, route) =>
                RestApi
                    .Map(
                        group,
                        name,
                        $"GET {route}",
                        events.StatusAsync,
                        "Where an item is, in what, held or not",
                        "Each from the latest event that says something of it, and that the caller sees.",
                        Role.Reader,
                        partners: true
                    )
                    .AsPartner()
                    .Produces<ApiDocument.StatusAnswer>(),
            "status",
            "/status"
        );
    }
}
