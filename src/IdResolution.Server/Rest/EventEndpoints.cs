using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls that take events in, and those that ask for them.</summary>
internal sealed class EventEndpoints(
    EventRecorder recorder,
    LinkRecorder links,
    EventQueries queries,
    StatusReader statuses,
    ItemTarget targets
)
{
    private delegate Task<Result<RecordedEvent>[]> Taker<T>(
        IReadOnlyList<Result<T>> decoded,
        Caller caller,
        CancellationToken cancellationToken
    );

    public Task RecordAsync(HttpContext context) => RecordAsync(context, EventBody.Event, recorder.RecordAsync);

    public Task LinkAsync(HttpContext context) => RecordAsync(context, EventBody.Link, links.RecordAsync);

    public Task RecordBatchAsync(HttpContext context) =>
        RecordBatchAsync(context, EventBody.Event, recorder.RecordBatchAsync);

    public Task LinkBatchAsync(HttpContext context) =>
        RecordBatchAsync(context, EventBody.Link, links.RecordBatchAsync);

    public async Task GetAsync(HttpContext context)
    {
        if (targets.TakeAs(context) is { } refused)
        {
            await Problem.WriteAsync(context, refused);
            return;
        }
        var id = (string?)context.Request.RouteValues["id"];
        var found = await queries.FindAsync(id, context.Caller(), context.RequestAborted);
        await (
            found.TryGet(out var shown, out var error)
                ? JsonAnswer.WriteAsync(context, writer => EventJson.Write(writer, shown))
                : Problem.WriteAsync(context, error)
        );
    }

    public async Task ListAsync(HttpContext context)
    {
        if (targets.TakeAs(context) is { } refused)
        {
            await Problem.WriteAsync(context, refused);
            return;
        }
        if (HttpResults.Text(context, "source") is { } || HttpResults.Text(context, "sourceKey") is { })
        {
            await FindByKeyAsync(context);
            return;
        }
        var faults = new Faults();
        var filter = new EventFilter
        {
            Item = Item(context, faults),
            Place = HttpResults.Text(context, "place"),
            Equipment = HttpResults.Text(context, "equipment"),
            Type = HttpResults.Text(context, "type"),
            From = HttpResults.Time(context, "from"),
            To = HttpResults.Time(context, "to"),
            Descending = HttpResults.Text(context, "order") == "desc",
            After = Cursor(context, faults),
            Limit = (int)HttpResults.Number(context, "limit"),
        };
        if (faults.TryCombine(out var faulty))
        {
            await Problem.WriteAsync(context, faulty);
            return;
        }
        var found = await queries.ListAsync(filter, context.Caller(), context.RequestAborted);
        await (
            found.TryGet(out var page, out var error)
                ? JsonAnswer.WriteAsync(context, writer => EventJson.Write(writer, page))
                : Problem.WriteAsync(context, error)
        );
    }

    public async Task StatusAsync(HttpContext context)
    {
        if (targets.TakeAs(context) is { } refused)
        {
            await Problem.WriteAsync(context, refused);
            return;
        }
        var result = (await targets.FindInPathAsync(context, "/api/v1/status/")).TryGet(out var name, out var error)
            ? await statuses.ReadAsync(name, context.Caller(), context.RequestAborted)
            : error;
        await (
            result.TryGet(out var status, out error)
                ? JsonAnswer.WriteAsync(context, writer => StatusJson.Write(writer, status))
                : Problem.WriteAsync(context, error)
        );
    }

    private async Task FindByKeyAsync(HttpContext context)
    {
        var found = await queries.FindByKeyAsync(
            HttpResults.Text(context, "source"),
            HttpResults.Text(context, "sourceKey"),
            context.Caller(),
            context.RequestAborted
        );
        await (
            found.TryGet(out var shown, out var error)
                ? JsonAnswer.WriteAsync(context, writer => EventJson.Write(writer, new EventPage([shown], null)))
                : Problem.WriteAsync(context, error)
        );
    }

    private static async Task RecordAsync<T>(HttpContext context, Func<JsonElement, T> decode, Taker<T> take)
    {
        var read = await BodyReader.ReadAsync(context);
        if (!read.TryGet(out var json, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        T request;
        using (json)
        {
            request = decode(json.RootElement);
        }
        var results = await take([request], context.Caller(), context.RequestAborted);
        if (!results[0].TryGet(out var recorded, out error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        if (recorded.Outcome == EventOutcome.Created)
        {
            context.Response.Headers.Location = $"/api/v1/events/{recorded.Id}";
        }
        var language = AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage);
        await JsonAnswer.WriteAsync(
            context,
            writer =>
            {
                writer.WriteStartObject();
                EventJson.WriteResult(writer, recorded, language);
                writer.WriteEndObject();
            },
            Status(recorded)
        );
    }

    private static async Task RecordBatchAsync<T>(HttpContext context, Func<JsonElement, T> decode, Taker<T> take)
    {
        var read = await BodyReader.ReadAsync(context);
        if (!read.TryGet(out var json, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var decoded = new List<Result<T>>();
        using (json)
        {
            if (!RegistrationEndpoints.Items(json.RootElement).TryGet(out var items, out error))
            {
                await Problem.WriteAsync(context, error);
                return;
            }
            if (items.EnumerateArray().Sum(EventBody.ElementsOf) > EventRules.MaxBatchElements)
            {
                await Problem.WriteAsync(context, EventErrors.BatchTooLarge());
                return;
            }
            foreach (var item in items.EnumerateArray())
            {
                decoded.Add(decode(item));
            }
        }
        var results = await take(decoded, context.Caller(), context.RequestAborted);
        var language = AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage);
        await JsonAnswer.WriteAsync(context, writer => Write(writer, results, language));
    }

    private static void Write(Utf8JsonWriter writer, Result<RecordedEvent>[] results, Language language)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("items"u8);
        foreach (var result in results)
        {
            writer.WriteStartObject();
            if (result.TryGet(out var recorded, out var error))
            {
                writer.WriteNumber("status"u8, Status(recorded));
                EventJson.WriteResult(writer, recorded, language);
            }
            else
            {
                writer.WriteNumber("status"u8, ErrorMap.HttpStatus(error.Code, writing: true));
                writer.WriteStartObject("error"u8);
                Problem.WriteMembers(writer, error, language);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static ItemAsked? Item(HttpContext context, Faults faults)
    {
        var (text, source, key) = (
            HttpResults.Text(context, "item"),
            HttpResults.Text(context, "itemSource"),
            HttpResults.Text(context, "itemKey")
        );
        if (HttpResults.Text(context, "find") is not { } find)
        {
            return ItemAsked.Of(text, source, key);
        }
        if (ItemSearch.Parse(find, "find").TryGet(out var search, out var error))
        {
            return new ItemAsked(text, source, key) { Search = search };
        }
        faults.Add(error);
        return null;
    }

    private EventCursor? Cursor(HttpContext context, Faults faults)
    {
        if (HttpResults.Text(context, "after") is not { } text)
        {
            return null;
        }
        if (queries.TryReadCursor(text, context.Caller(), out var cursor))
        {
            return cursor;
        }
        faults.Add("after", "must be the next of an answer before", "应为前一次应答中的 next");
        return null;
    }

    private static int Status(RecordedEvent recorded) =>
        recorded.Outcome == EventOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
}
