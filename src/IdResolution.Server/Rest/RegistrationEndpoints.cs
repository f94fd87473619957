using System.Buffers;
using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Traceability;
using IdResolution.Core.Views;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls <c>POST /api/v1/identifiers</c> and <c>POST /api/v1/identifiers:batch</c>.</summary>
internal sealed class RegistrationEndpoints(
    CatalogHolder catalog,
    Registrar registrar,
    ItemRegistrar items,
    RenderContext render
)
{
    public async Task RegisterAsync(HttpContext context)
    {
        var read = await BodyReader.ReadAsync(context);
        if (!read.TryGet(out var json, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var request = Decode(json, out var happened);
        if (happened is not null)
        {
            await RegisterAsync(context, happened);
            return;
        }
        var result = request.IsOk
            ? await registrar.RegisterAsync(request.Value, context.Caller(), context.RequestAborted)
            : request.Error;
        if (!result.TryGet(out var registered, out error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var told = registered.Outcome == WriteOutcome.Created ? null : await WithHoldsAsync(context, registered);
        await AnswerAsync(context, registered, told);
    }

    private async Task<RegisteredItem> WithHoldsAsync(HttpContext context, Registered registered)
    {
        RegisteredItem?[] told = [new RegisteredItem(registered)];
        await items.TellHoldsAsync(told, context.Caller(), context.RequestAborted);
        return told[0]!;
    }

    public async Task RegisterBatchAsync(HttpContext context)
    {
        var read = await BodyReader.ReadAsync(context);
        if (!read.TryGet(out var json, out var error) || !DecodeBatch(json).TryGet(out var batch, out error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var (decoded, happened) = batch;
        var (results, with) = await RegisterAsync(decoded, happened, context);
        var buffer = new ArrayBufferWriter<byte>(64 + (results.Length * 64));
        Write(buffer, results, with, AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage));
        await BytesAnswer.WriteAsync(context, StatusCodes.Status200OK, "application/json", buffer.WrittenMemory);
    }

    private static Result<(List<Result<RegistrationRequest>> Decoded, List<ItemRegistration?>? Happened)> DecodeBatch(
        JsonBody json
    )
    {
        using (json)
        {
            if (!Items(json.RootElement).TryGet(out var all, out var error))
            {
                return error;
            }
            var count = new HappenedCount();
            for (var i = 0; i < all.GetArrayLength(); i++)
            {
                if (count.Add(all[i], $"items[{i}].") is { } tooMany)
                {
                    return tooMany;
                }
            }
            return Decode(all);
        }
    }

    private static Result<RegistrationRequest> Decode(JsonBody json, out ItemRegistration? happened)
    {
        using (json)
        {
            happened = null;
            return new HappenedCount().Add(json.RootElement, "") is { } tooMany
                ? tooMany
                : BodyReader.Registration(json.RootElement, out happened);
        }
    }

    private async Task RegisterAsync(HttpContext context, ItemRegistration item)
    {
        var results = await items.RegisterAsync([item], context.Caller(), context.RequestAborted);
        await (
            results[0].TryGet(out var done, out var error)
                ? AnswerAsync(context, done.Registered, done)
                : Problem.WriteAsync(context, error)
        );
    }

    /// <summary>The items of a batch; an error if there are too many.</summary>
    internal static Result<JsonElement> Items(JsonElement batch)
    {
        if (batch.ValueKind != JsonValueKind.Object)
        {
            return NoItems();
        }
        var items = default(JsonElement);
        var faults = new Faults();
        foreach (var member in batch.EnumerateObject())
        {
            if (member.Name == "items")
            {
                items = member.Value;
            }
            else
            {
                faults.Add(BodyReader.Unknown(member.Name, ["items"]));
            }
        }
        if (items.ValueKind != JsonValueKind.Array)
        {
            faults.Add(NoItems());
        }
        if (faults.TryCombine(out var error))
        {
            return error;
        }
        if (items.GetArrayLength() > Registrar.MaxBatch)
        {
            return Error.Of(
                ErrorCode.TooLarge,
                $"A batch has at most {Registrar.MaxBatch} items.",
                $"一批最多 {Registrar.MaxBatch} 项。",
                "items"
            );
        }
        return items;
    }

    private static Error NoItems() => BodyReader.Shape("items", "must be a list", "应为列表");

    private Task AnswerAsync(HttpContext context, Registered registered, RegisteredItem? with)
    {
        var projection = context.Caller().Projection;
        var record = RecordReader.Read(registered.Record, catalog.Current, projection);
        context.Response.Headers.ETag = render.Tag(record.Version, projection, "json", "x");
        if (registered.Outcome == WriteOutcome.Created)
        {
            context.Response.Headers.Location = "/api/v1/identifiers?id=" + Uri.EscapeDataString(record.Identifier);
        }
        return BytesAnswer.WriteAsync(
            context,
            Status(registered.Outcome),
            "application/json",
            RecordJson.Render(record, registered, with, LanguageOf(context, registered, with))
        );
    }

    // A registration of nothing but an item says nothing in a language, unless its identifier looks mistyped.
    private static Language LanguageOf(HttpContext context, Registered registered, RegisteredItem? with) =>
        with is null && registered.Mistyped is null
            ? Language.English
            : AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage);

    /// <summary>The items, and what happened to each; null where nothing is said of any.</summary>
    private static (List<Result<RegistrationRequest>> Decoded, List<ItemRegistration?>? Happened) Decode(
        JsonElement all
    )
    {
        var decoded = new List<Result<RegistrationRequest>>(all.GetArrayLength());
        List<ItemRegistration?>? happened = null;
        foreach (var item in all.EnumerateArray())
        {
            decoded.Add(BodyReader.Registration(item, out var one));
            if (one is not null || happened is not null)
            {
                happened ??= [.. new ItemRegistration?[decoded.Count - 1]];
                happened.Add(one);
            }
        }
        return (decoded, happened);
    }

    private async Task<(Result<Registered>[] Results, RegisteredItem?[]? With)> RegisterAsync(
        List<Result<RegistrationRequest>> decoded,
        List<ItemRegistration?>? happened,
        HttpContext context
    )
    {
        if (happened is null)
        {
            var results = await registrar.RegisterAsync(decoded, context.Caller(), context.RequestAborted);
            return (results, await WithHoldsAsync(context, results));
        }
        var given = new List<Result<ItemRegistration>>(decoded.Count);
        for (var i = 0; i < decoded.Count; i++)
        {
            given.Add(
                decoded[i].TryGet(out var request, out var error) ? happened[i] ?? new ItemRegistration(request) : error
            );
        }
        var done = await items.RegisterAsync(given, context.Caller(), context.RequestAborted);
        return (
            Array.ConvertAll(
                done,
                static one => one.TryGet(out var item, out var e) ? (Result<Registered>)item.Registered : e
            ),
            Array.ConvertAll(done, static one => one.IsOk ? one.Value : null)
        );
    }

    /// <summary>The items that were there, with their holds; null where all are new.</summary>
    private async Task<RegisteredItem?[]?> WithHoldsAsync(HttpContext context, Result<Registered>[] results)
    {
        RegisteredItem?[]? told = null;
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i].TryGet(out var one, out _) && one.Outcome != WriteOutcome.Created)
            {
                told ??= new RegisteredItem?[results.Length];
                told[i] = new RegisteredItem(one);
            }
        }
        if (told is not null)
        {
            await items.TellHoldsAsync(told, context.Caller(), context.RequestAborted);
        }
        return told;
    }

    private static void Write(
        ArrayBufferWriter<byte> buffer,
        Result<Registered>[] results,
        RegisteredItem?[]? with,
        Language language
    )
    {
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartArray("items"u8);
        for (var i = 0; i < results.Length; i++)
        {
            writer.WriteStartObject();
            if (results[i].TryGet(out var registered, out var error))
            {
                WriteMembers(writer, registered, language);
                if (with?[i] is { } item)
                {
                    EventJson.WriteWith(writer, item, language);
                }
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

    private static void WriteMembers(Utf8JsonWriter writer, Registered registered, Language language)
    {
        writer.WriteNumber("status"u8, Status(registered.Outcome));
        writer.WriteString("identifier"u8, RecordState.IdentifierOf(registered.Record));
        writer.WriteNumber("version"u8, registered.Record.Version);
        RecordJson.WriteSaid(writer, registered, language);
    }

    private static int Status(WriteOutcome outcome) =>
        outcome == WriteOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
}
