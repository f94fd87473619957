using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Http;

/// <summary>
/// Writes errors as problem details (RFC 9457) with <c>code</c> and <c>errors[]</c>, in the caller's language.
/// </summary>
internal static class Problem
{
    public const string MediaType = "application/problem+json";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Sends an error as the answer and notes its code for telemetry.</summary>
    public static async Task WriteAsync(HttpContext context, Error error)
    {
        RequestOutcome.Note(context, error.Code.ToString());
        error = AccessPolicy.Told(error, context.Caller());
        var response = context.Response;
        response.StatusCode = ErrorMap.HttpStatus(error.Code, writing: ReadingCall.Changes(context));
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        SetHints(response, error);
        var buffer = new ArrayBufferWriter<byte>(512);
        WriteBody(buffer, context, error);
        response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
        }
    }

    /// <summary>Sets headers that tell the caller how to authenticate or when to try again.</summary>
    private static void SetHints(HttpResponse response, Error error)
    {
        if (response.StatusCode == 401)
        {
            response.Headers.WWWAuthenticate = Challenge(error.Code);
        }
        if (error.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Seconds(wait);
        }
        else if (response.StatusCode is 503 or 507)
        {
            response.Headers.RetryAfter = "5";
        }
    }

    /// <summary>A time to wait as the header <c>Retry-After</c> has it: whole seconds, 1 or more.</summary>
    public static string Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString();

    private static void WriteBody(ArrayBufferWriter<byte> buffer, HttpContext context, Error error)
    {
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        var language = AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage);
        writer.WriteString("title"u8, ErrorMap.Title(error.Code).In(language));
        writer.WriteNumber("status"u8, context.Response.StatusCode);
        WriteMembers(writer, error, language);
        writer.WriteString("traceId"u8, TraceId.Of(context));
        writer.WriteEndObject();
    }

    /// <summary>The <c>WWW-Authenticate</c> header of a 401 answer (RFC 6750 §3).</summary>
    public static string Challenge(ErrorCode code) =>
        code == ErrorCode.AuthenticationFailed ? "Bearer error=\"invalid_token\"" : "Bearer";

    /// <summary>
    /// Writes the members <c>code</c>, <c>detail</c>, <c>identifier</c> and <c>differs</c> (of the record in conflict,
    /// if any), <c>proposals</c> (of what may be meant), <c>log</c> and <c>after</c> (where a follower goes on, if it
    /// must) and <c>errors</c>. Used for a whole problem and for one item of a batch.
    /// </summary>
    public static void WriteMembers(Utf8JsonWriter writer, Error error, Language language)
    {
        writer.WriteString("code"u8, error.Code.ToString());
        writer.WriteString("detail"u8, error.Message.In(language));
        if (error.Holder is not null)
        {
            writer.WriteString("identifier"u8, error.Holder);
        }
        WriteTexts(writer, "differs"u8, error.Differs);
        WriteTexts(writer, "proposals"u8, error.Proposals);
        if (error.Resume is { } resume)
        {
            writer.WriteString("log"u8, resume.Log);
            writer.WriteString("after"u8, resume.After);
        }
        writer.WriteStartArray("errors"u8);
        foreach (var single in SinglesOf(error))
        {
            writer.WriteStartObject();
            writer.WriteString("field"u8, single.Field);
            writer.WriteString("code"u8, single.Code.ToString());
            writer.WriteString("message"u8, single.Message.In(language));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            JsonLists.Write(writer, name, texts);
        }
    }

    private static IReadOnlyList<Error> SinglesOf(Error error)
    {
        if (error.Details.Count > 0)
        {
            return error.Details;
        }
        return error.Field is null ? [] : [error];
    }
}
