using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Http;

/// <summary>Writes answers as JSON, or as a script that passes the JSON to a function (JSONP).</summary>
internal static class HttpAnswers
{
    /// <summary>The media type of JSON answers.</summary>
    public const string Json = "application/json";

    private const string Script = "application/javascript";
    private const int LongestCallback = 128;

    // Chinese text stays readable. Characters that a page could read as markup are escaped.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);

    /// <summary>The options for JSON without indentation.</summary>
    public static readonly JsonWriterOptions Plain = new() { Encoder = Encoder };

    private static readonly JsonWriterOptions Indented = new() { Encoder = Encoder, Indented = true };

    /// <summary>
    /// True for a valid function name: letters, digits, <c>_</c> and <c>$</c>, in parts with dots between.
    /// </summary>
    public static bool IsCallback(string name) =>
        name.Length <= LongestCallback
        && Array.TrueForAll(
            name.Split('.'),
            static part =>
                part.Length > 0
                && !char.IsAsciiDigit(part[0])
                && part.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$')
        );

    /// <summary>Allows scripts of all sites to call, without credentials that browsers add themselves.</summary>
    public static void AllowOrigins(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = "*";
        // Scripts and pictures (JSONP) are asked for without CORS.
        SecurityHeaders.AllowSites(response);
    }

    /// <summary>Answers a CORS preflight request (Fetch standard).</summary>
    public static void Preflight(HttpContext context, IReadOnlyList<string> methods)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status204NoContent;
        AllowOrigins(response);
        var allowed = string.Join(", ", methods.Append("OPTIONS"));
        response.Headers.Allow = allowed;
        response.Headers.AccessControlAllowMethods = allowed;
        response.Headers.AccessControlAllowHeaders = "Authorization, Content-Type, X-Requested-With";
        response.Headers.AccessControlMaxAge = "3600";
    }

    public static async Task WriteAsync(HttpContext context, HttpReply reply, bool pretty, string? callback)
    {
        var response = context.Response;
        response.StatusCode = reply.Status;
        AllowOrigins(response);
        response.Headers.AccessControlExposeHeaders = "WWW-Authenticate";
        if (reply.Write is null && reply.WriteParts is null)
        {
            return;
        }
        SetType(response, isScript: callback is not null);
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (reply.WriteParts is { } writeParts)
        {
            if (!isHead)
            {
                await WritePartsAsync(response.BodyWriter, writeParts, pretty, callback);
            }
            return;
        }
        var body = Written(reply.Write!, pretty, callback);
        if (
            body.Length > HeldAnswers.AlwaysHeld
            && !isHead
            && HeldAnswers.Of(context).Hold(context, body.Length) is { } tooMany
        )
        {
            // Whatever changes something has a short answer.
            await WriteAsync(context, HttpFaults.OfBody(tooMany, ""), pretty, callback);
            return;
        }
        response.ContentLength = body.Length;
        if (!isHead)
        {
            await BytesAnswer.SendAsync(context, body);
        }
    }

    private static void SetType(HttpResponse response, bool isScript)
    {
        response.ContentType = isScript ? Script : Json;
        if (isScript)
        {
            // Who follows a link to it saves it under this name, not under one from the link. Scripts load anyway.
            response.Headers.ContentDisposition = "attachment; filename=\"f.txt\"";
        }
    }

    private static ReadOnlyMemory<byte> Written(Action<Utf8JsonWriter> write, bool pretty, string? callback)
    {
        var body = new ArrayBufferWriter<byte>(1_024);
        Begin(body, callback);
        using (var json = new Utf8JsonWriter(body, pretty ? Indented : Plain))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        End(body, callback);
        return body.WrittenMemory;
    }

    private static async Task WritePartsAsync(
        PipeWriter output,
        Func<Utf8JsonWriter, PipeWriter, Task> writeParts,
        bool pretty,
        string? callback
    )
    {
        Begin(output, callback);
        await using (var json = new Utf8JsonWriter(output, pretty ? Indented : Plain))
        {
            json.WriteStartObject();
            await writeParts(json, output);
            json.WriteEndObject();
        }
        End(output, callback);
    }

    // Without /**/ the answer would begin with text of the caller, which some plug-ins took for a file of theirs.
    private static void Begin(IBufferWriter<byte> output, string? callback)
    {
        if (callback is not null)
        {
            output.Write(Encoding.ASCII.GetBytes($"/**/{callback}("));
        }
    }

    private static void End(IBufferWriter<byte> output, string? callback)
    {
        if (callback is not null)
        {
            output.Write(");"u8);
        }
    }
}
