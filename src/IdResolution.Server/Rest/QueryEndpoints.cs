using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Resolution;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls for history, scan, search and the change log.</summary>
internal sealed class QueryEndpoints(
    RecordQueries queries,
    ChangeFeed feed,
    CatalogHolder catalog,
    PartnerCursors cursors,
    IHostApplicationLifetime lifetime
)
{
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    public async Task HistoryAsync(HttpContext context)
    {
        if (!IdentifierTarget.Parse(context, "/api/v1/history/").TryGet(out var identifier, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var found = await queries.HistoryAsync(
            identifier,
            HttpResults.Number(context, "before"),
            (int)HttpResults.Number(context, "limit"),
            context.Caller(),
            context.RequestAborted
        );
        await PageAsync<ShownVersion>(context, found, Write);
    }

    public async Task SearchAsync(HttpContext context)
    {
        if (!SearchQuery.Read(context, catalog.Current).TryGet(out var query, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var found = await queries.SearchAsync(
            query with
            {
                After = HttpResults.Number(context, "after"),
                Limit = (int)HttpResults.Number(context, "limit"),
            },
            context.Caller(),
            context.RequestAborted
        );
        await PageAsync(context, found, static (writer, record) => RecordJson.Write(writer, record));
    }

    public async Task ChangesAsync(HttpContext context)
    {
        var after = default(LogCursor);
        if (HttpResults.Text(context, "after") is { } from && !LogCursor.TryParse(from, out after))
        {
            await Problem.WriteAsync(context, LogErrors.NoCursor());
            return;
        }
        var caller = context.Caller();
        var read = await feed.PollAsync(
            cursors.Open(after, caller),
            (int)HttpResults.Number(context, "limit"),
            TimeSpan.FromSeconds(HttpResults.Number(context, "wait")),
            caller,
            lifetime.ApplicationStopping,
            context.RequestAborted
        );
        if (!read.TryGet(out var page, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var next = cursors.Close(page.Next, caller).ToString();
        Action<Utf8JsonWriter, ShownChange> write = caller.Partner is null ? Write : WriteSeen;
        await PageAsync(context, page.Changes, write, writer => writer.WriteString("next"u8, next));
    }

    private static void Write(Utf8JsonWriter writer, ShownVersion version)
    {
        writer.WriteStartObject();
        RecordJson.WriteMembers(writer, version.Record);
        writer.WriteString("operation"u8, OperationName(version.Operation));
        JsonTime.Write(writer, "time"u8, version.Time);
        if (version is { Actor: { } actor, Sequence: { } sequence })
        {
            writer.WriteString("actor"u8, actor);
            writer.WriteNumber("sequence"u8, sequence);
        }
        if (version.Erased > 0)
        {
            writer.WriteNumber("erased"u8, version.Erased);
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ShownChange change)
    {
        writer.WriteStartObject();
        writer.WriteNumber("sequence"u8, change.Sequence);
        WriteMembers(writer, change);
    }

    // A partner is not told how many entries there are that it does not see.
    private static void WriteSeen(Utf8JsonWriter writer, ShownChange change)
    {
        writer.WriteStartObject();
        WriteMembers(writer, change);
    }

    private static void WriteMembers(Utf8JsonWriter writer, ShownChange change)
    {
        writer.WriteString("kind"u8, change.Kind.ToString().ToLowerInvariant());
        writer.WriteString("operation"u8, OperationName(change.Operation));
        if (change.Kind == LogKind.Record)
        {
            writer.WriteString("identifier"u8, change.Identifier);
            if (change.Template is not null)
            {
                writer.WriteString("template"u8, change.Template);
            }
        }
        else
        {
            writer.WriteString("code"u8, change.Code);
        }
        writer.WriteNumber("version"u8, change.Version);
        JsonTime.Write(writer, "time"u8, change.Time);
        if (change.Actor is { } actor)
        {
            writer.WriteString("actor"u8, actor);
        }
        writer.WriteString("leaf"u8, Convert.ToHexStringLower(change.Leaf));
        writer.WriteEndObject();
    }

    private static Task PageAsync<T>(HttpContext context, Result<Page<T>> found, Action<Utf8JsonWriter, T> write) =>
        found.TryGet(out var page, out var error)
            ? PageAsync(
                context,
                page.Items,
                write,
                writer =>
                {
                    if (page.Next is { } next)
                    {
                        writer.WriteNumber("next"u8, next);
                    }
                }
            )
            : Problem.WriteAsync(context, error);

    // Not async: what is sent must not keep the records alive that it was made of.
    private static Task PageAsync<T>(
        HttpContext context,
        IReadOnlyList<T> items,
        Action<Utf8JsonWriter, T> write,
        Action<Utf8JsonWriter> writeNext
    )
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items"u8);
            foreach (var item in items)
            {
                write(writer, item);
            }
            writer.WriteEndArray();
            writeNext(writer);
            writer.WriteEndObject();
        }
        return BytesAnswer.WriteAsync(context, StatusCodes.Status200OK, "application/json", buffer.WrittenMemory);
    }

    private static string OperationName(LogOperation operation) => operation.ToString().ToLowerInvariant();
}
