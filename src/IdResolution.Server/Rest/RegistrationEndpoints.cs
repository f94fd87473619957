using System.Buffers;
using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Views;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The calls <c>POST /api/v1/identifiers</c> and <c>POST /api/v1/identifiers:batch</c>.</summary>
internal sealed class RegistrationEndpoints(CatalogHolder catalog, Registrar registrar, RenderContext render)
{
    public async Task RegisterAsync(HttpContext context)
    {
        var read = await BodyReader.ReadAsync(context);
        if (!read.TryGet(out var json, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        var request = Decode(json);
        var result = request.IsOk
            ? await registrar.RegisterAsync(request.Value, context.Caller(), context.RequestAborted)
            : request.Error;
        if (!result.TryGet(out var registered, out error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        await AnswerAsync(context, registered);
    }

    public async Task RegisterBatchAsync(HttpContext context)
    {
        var read = await BodyReader.ReadAsync(context);
        if (!read.TryGet(out var json, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        Result<Registered>[] results;
        using (json)
        {
            if (!Items(json.RootElement).TryGet(out var items, out error))
            {
                await Problem.WriteAsync(context, error);
                return;
            }
            results = await RegisterAsync(items, context);
        }
        var buffer = new ArrayBufferWriter<byte>(64 + (results.Length * 64));
        Write(buffer, results, AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage));
        await BytesAnswer.WriteAsync(context, StatusCodes.Status200OK, "application/json", buffer.WrittenMemory);
    }

    private static Result<RegistrationRequest> Decode(JsonBody json)
    {
        using (json)
        {
            return BodyReader.Registration(json.RootElement);
        }
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

    private static Error NoItems() => BodyReader.Shape("items", "must be a list of registrations", "应为注册项列表");

    private Task AnswerAsync(HttpContext context, Registered registered)
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
            RecordJson.Render(record, registered.Differs)
        );
    }

    private async Task<Result<Registered>[]> RegisterAsync(JsonElement items, HttpContext context)
    {
        var decoded = new List<Result<RegistrationRequest>>(items.GetArrayLength());
        foreach (var item in items.EnumerateArray())
        {
            decoded.Add(BodyReader.Registration(item));
        }
        return await registrar.RegisterAsync(decoded, context.Caller(), context.RequestAborted);
    }

    private static void Write(ArrayBufferWriter<byte> buffer, Result<Registered>[] results, Language language)
    {
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartArray("items"u8);
        foreach (var result in results)
        {
            writer.WriteStartObject();
            if (result.TryGet(out var registered, out var error))
            {
                writer.WriteNumber("status"u8, Status(registered.Outcome));
                writer.WriteString("identifier"u8, RecordState.IdentifierOf(registered.Record));
                writer.WriteNumber("version"u8, registered.Record.Version);
                if (registered.Differs.Count > 0)
                {
                    RecordJson.WriteDiffers(writer, registered.Differs);
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

    private static int Status(WriteOutcome outcome) =>
        outcome == WriteOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
}
