using System.Buffers;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.Core.Snms;
using IdResolution.Core.Views;
using IdResolution.Server.Http;
using IdResolution.Server.SnmsWire;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Snms;

/// <summary>
/// The call <c>GET /identityv2/data/detail</c>, the hot path. The answer about a record in L1 is written at once, from
/// bytes that were rendered before: this does not wait, and its allocations do not grow with the record.
/// </summary>
internal sealed class DetailCall(
    IdentifierReader reader,
    IRecordCache cache,
    CatalogHolder catalog,
    SnmsTokens tokens,
    RequestMetrics requests
)
{
    public const string Operation = "resolve";

    private const int MaxHandle = 255;

    private const string Start = SnmsPaths.Detail + "?handle=";

    /// <summary>Answers from L1. Null, without any effect, if the request must take the slow path.</summary>
    public Task? TryFast(HttpContext context)
    {
        var target = RequestTarget.Of(context);
        if (!target.StartsWith(Start, StringComparison.Ordinal) || !HttpMethods.IsGet(context.Request.Method))
        {
            return null;
        }
        var handle = target.AsSpan(Start.Length);
        Span<byte> key = stackalloc byte[LookupKey.MaxLength];
        if (
            handle.ContainsAny('&', '+')
            || !RequestTarget.TryFold(handle, key, out var length)
            || tokens.Find(SnmsHttp.TokenOf(context)) is not { Limiter: null } caller
            || reader.FindCached(key[..length], caller, out var seen) is not { } entry
            || entry.Find(ProjectionOf(key[..length], caller, seen), RenderingForm.Snms, catalog.Current.TextEpoch)
                is not { Body.Length: <= HeldAnswers.AlwaysHeld } rendering
        )
        {
            return null;
        }
        reader.CountHit(entry);
        if (requests.Enabled)
        {
            requests.Count(SnmsHttp.FrontEnd, Operation, RequestMetrics.Ok);
            HttpSpans.NameRoute(context, SnmsPaths.Detail);
        }
        return WriteAsync(context, rendering.Body);
    }

    /// <summary>Answers a request that took the slow path.</summary>
    public async Task<SnmsReply> AnswerAsync(HttpContext context)
    {
        if (!HandleOf(context).TryGet(out var identifier, out var error))
        {
            return SnmsReply.Failed(error);
        }
        var caller = context.Caller();
        var end = await reader.ReadAsync(identifier, caller, context.RequestAborted);
        CacheHeaders.MarkStale(context.Response, end.Age);
        switch (end.Kind)
        {
            case ResolutionKind.Found:
                return Shown(end.Entry!, ProjectionOf(identifier.Key.Bytes, caller, end.Projection!));
            case ResolutionKind.Foreign:
                var values = end.Foreign!.Values;
                return new SnmsReply(null, json => WriteValues(json, identifier, values));
            case ResolutionKind.Refused:
                return SnmsReply.Failed(end.Error!);
            default:
                return SnmsReply.Failed(SnmsErrors.NotFound);
        }
    }

    private static Task WriteAsync(HttpContext context, byte[] body)
    {
        var response = context.Response;
        response.ContentType = SnmsHttp.Json;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, 0, body.Length);
    }

    private static Result<Identifier> HandleOf(HttpContext context)
    {
        var handle = context.Request.Query["handle"].ToString();
        if (handle.Length == 0)
        {
            return SnmsErrors.Missing("handle");
        }
        return handle.Length > MaxHandle ? SnmsErrors.TooLong("handle", MaxHandle) : Identifier.Parse(handle, "handle");
    }

    private Projection ProjectionOf(ReadOnlySpan<byte> foldedKey, Caller caller, Projection seen)
    {
        var prefixes = catalog.Current.Prefixes;
        return AccessPolicy.SnmsProjection(caller, foldedKey, prefixes.Count > 0 ? prefixes[0] : null, seen);
    }

    private SnmsReply Shown(CachedRecord entry, Projection projection)
    {
        var record = RecordReader.Read(entry.Record!, catalog.Current, projection);
        if (record.Template is { IsPlainText: false } template)
        {
            return SnmsReply.Failed(SnmsErrors.InvisibleTemplate(template.SnmsVersion));
        }
        var epoch = catalog.Current.TextEpoch;
        // The next request finds the bytes.
        cache.Rendered(
            entry,
            projection,
            RenderingForm.Snms,
            epoch,
            stored => new Rendering(Render(RecordReader.Read(stored, catalog.Current, projection)), "", epoch)
        );
        return new SnmsReply(null, json => WriteRecord(json, record));
    }

    private static byte[] Render(Record record)
    {
        var output = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(output, SnmsJson.Plain))
        {
            SnmsHttp.WriteEnvelope(json, SnmsStatus.Success, SnmsMessages.Success, w => WriteRecord(w, record));
        }
        return output.WrittenSpan.ToArray();
    }

    private static void WriteRecord(Utf8JsonWriter json, Record record)
    {
        var template = record.Template;
        WriteStart(json, record.Identifier, template?.SnmsVersion ?? "");
        if (template is null)
        {
            WriteRaw(json, record.Values);
        }
        else
        {
            WriteValue(json, ValueIndex.TemplateId, "TEMPLATE_ID", template.Identifier);
            WriteValue(json, ValueIndex.Template, "TEMPLATE", template.SnmsVersion);
        }
        foreach (var (attribute, text) in record.Attributes)
        {
            WriteValue(json, attribute.Index, attribute.Code, text);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter json, Identifier identifier, IReadOnlyList<RawValue> values)
    {
        WriteStart(json, identifier.Text, "");
        WriteRaw(json, values);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteStart(Utf8JsonWriter json, string identifier, string version)
    {
        json.WriteStartObject();
        json.WriteString("code"u8, "200"u8);
        json.WriteString("prefix"u8, identifier.AsSpan(0, identifier.IndexOf('/', StringComparison.Ordinal)));
        json.WriteString("handle"u8, identifier);
        json.WriteString("templateVersion"u8, version);
        json.WriteStartArray("value"u8);
    }

    /// <summary>Writes the values that are texts, and not the Handle protocol's own.</summary>
    private static void WriteRaw(Utf8JsonWriter json, IReadOnlyList<RawValue> values)
    {
        foreach (var value in values)
        {
            if (!value.IsOfProtocol && System.Text.Unicode.Utf8.IsValid(value.Data))
            {
                WriteValue(json, value.Index, value.Type, System.Text.Encoding.UTF8.GetString(value.Data));
            }
        }
    }

    private static void WriteValue(Utf8JsonWriter json, int index, string type, string text)
    {
        json.WriteStartObject();
        json.WriteString("auth"u8, "1"u8);
        json.WriteNumber("index"u8, index);
        json.WriteString("type"u8, type);
        json.WriteStartObject("data"u8);
        json.WriteString("format"u8, "string"u8);
        json.WriteString("value"u8, text);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
