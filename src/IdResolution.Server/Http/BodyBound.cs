using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Server.Http;

/// <summary>
/// How many bytes of a request's body the server takes. Without a bound of its own a request has
/// <see cref="Default"/>, so a reader that sets none cannot be made to hold much. Bytes beyond the bound fail the
/// reading with <see cref="BadHttpRequestException"/> and status 413, however the body is framed.
/// </summary>
internal static class BodyBound
{
    /// <summary>The bound of requests whose call sets none, in bytes.</summary>
    public const long Default = 65_536;

    /// <summary>Sets the bound before the body is read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="bytes">The greatest length in bytes, as sent.</param>
    public static void Set(HttpContext context, long bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = bytes;
        }
    }

    /// <summary>
    /// Sets the bound for a reader that counts the content itself. Chunks have headers of their own, which the server
    /// counts too, so the bound is twice the content's limit.
    /// </summary>
    public static void SetForCounted(HttpContext context, int limit) => Set(context, 2L * limit);

    /// <summary>
    /// Lets the server throw away the body of a refused request for some seconds, so that a caller who is still sending
    /// gets the answer and no broken connection. It holds nothing of it.
    /// </summary>
    public static void Discard(HttpContext context) => Set(context, Options.LimitOptions.GreatestBatchBytes);
}
