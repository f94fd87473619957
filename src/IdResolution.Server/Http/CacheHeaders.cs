using System.Globalization;
using IdResolution.Core.Resolution;

namespace IdResolution.Server.Http;

/// <summary>What an answer over HTTP says of its age, alike in every front end.</summary>
internal static class CacheHeaders
{
    /// <summary>
    /// Where the log could not be read for a while, says that what is answered may be old (RFC 9211).
    /// </summary>
    /// <param name="response">The answer.</param>
    /// <param name="age">How long it could not be read; null where it can.</param>
    /// <returns>True where it may be old.</returns>
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
    /// How long the answer of another node may be kept, and how long this node has kept it (RFC 9111 §5.1, §5.2.2.1).
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
