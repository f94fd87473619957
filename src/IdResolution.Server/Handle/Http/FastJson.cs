using System.Buffers;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Http;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// The hot path: answers public values from L1. Values written before are copied into the answer. It does not wait, and
/// its allocations do not grow with the record. All other requests are routed to <see cref="HandleCalls"/>.
/// </summary>
internal sealed class FastJson(RequestMetrics requests, IdentifierReader reader, JsonValues values)
{
    private const string Route = "/api/handles/";

    // The length of an empty array, [].
    private const int NoValues = 2;

    // Bytes that the JSON writer would escape.
    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\"\\<>&'+`"u8);

    private static ReadOnlySpan<byte> Start => "{\"responseCode\":1,\"handle\":\""u8;

    private static ReadOnlySpan<byte> Middle => "\",\"values\":"u8;

    private static ReadOnlySpan<byte> End => "}"u8;

    /// <summary>Answers a GET from the cache. Null, without any effect, if it must take the slow path.</summary>
    public Task? TryAnswer(HttpContext context)
    {
        var target = RequestTarget.Of(context);
        if (
            !HttpMethods.IsGet(context.Request.Method)
            || !target.StartsWith(Route, StringComparison.Ordinal)
            || context.Request.Headers.Authorization.Count > 0
        )
        {
            return null;
        }
        var path = target.AsSpan(Route.Length);
        var question = path.IndexOf('?');
        if (question >= 0)
        {
            if (path[question..] is not ("?publicOnly=true" or "?publicOnly"))
            {
                return null;
            }
            path = path[..question];
        }
        Span<byte> handle = stackalloc byte[LookupKey.MaxLength];
        if (!RequestTarget.TryDecodeAscii(path, handle, out var length) || DotSegment.IsIn(target))
        {
            return null;
        }
        handle = handle[..length];
        Span<byte> key = stackalloc byte[length];
        handle.CopyTo(key);
        LookupKey.Fold(key);
        if (handle.ContainsAny(Escaped) || reader.FindCached(key) is not { } entry)
        {
            return null;
        }
        var body = values.Render(entry).Body;
        if (body.Length is NoValues or > HeldAnswers.AlwaysHeld)
        {
            return null;
        }
        var response = context.Response;
        response.ContentType = HttpAnswers.Json;
        response.ContentLength = Start.Length + handle.Length + Middle.Length + body.Length + End.Length;
        response.Headers.CacheControl = "no-cache";
        HttpAnswers.AllowOrigins(response);
        // The server flushes the body when the request ends.
        var output = response.BodyWriter;
        output.Write(Start);
        output.Write(handle);
        output.Write(Middle);
        output.Write(body);
        output.Write(End);
        reader.CountHit(entry);
        if (requests.Enabled)
        {
            requests.Count(HandleResponder.FrontEnd, HandleOperations.NameOf(OpCode.Resolution), RequestMetrics.Ok);
            HttpSpans.NameRoute(context, HttpEndpoints.OneHandle);
        }
        return Task.CompletedTask;
    }
}
