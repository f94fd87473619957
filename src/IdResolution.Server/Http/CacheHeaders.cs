using System.Globalization;
using IdResolution.Core.Resolution;
using Microsoft.Extensions.Primitives;

namespace IdResolution.Server.Http;

/// <summary>Headers that tell the age of an answer. All front ends on HTTP use them.</summary>
internal static class CacheHeaders
{
    private static readonly StringValues s_noCache = "no-cache";
    private static readonly StringValues s_privateNoCache = "private, no-cache";

    /// <summary>If the log could not be read for a while, marks the answer as possibly stale (RFC 9211).</summary>
    /// <param name="response">The response to mark.</param>
    /// <param name="age">The time since the log was last read; null if the log can be read.</param>
    /// <returns>True if the answer may be stale.</returns>
    public static bool MarkStale(HttpResponse response, TimeSpan? age)
    {
        if (age is not { } known)
        {
            return false;
        }
        response.Headers.Age = Seconds(known);
        response.Headers["Cache-Status"] = "idnode; hit; detail=stale";
        return true;
    }

    /// <summary>
    /// Lets the answer be stored, to be asked for anew each time by its <c>ETag</c>. What was answered to a key is for
    /// the caller's own store alone; those that many share would keep it for others.
    /// </summary>
    public static void SetRevalidated(HttpContext context) =>
        context.Response.Headers.CacheControl =
            context.Request.Headers.Authorization.Count == 0 ? s_noCache : s_privateNoCache;

    /// <summary>
    /// Says how long the record of another node may be kept, and how long this node has kept it (RFC 9111 §5.1,
    /// §5.2.2.1).
    /// </summary>
    public static void SetForeign(HttpResponse response, ForeignRecord record, TimeProvider time)
    {
        response.Headers.Vary = Conditional.Vary;
        response.Headers.CacheControl = $"max-age={Seconds(record.ExpiresAt - record.ReadAt)}";
        response.Headers.Age = Seconds(time.GetUtcNow() - record.ReadAt);
    }

    private static string Seconds(TimeSpan time) =>
        Math.Max(0, (long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
