using IdResolution.Server.Http;

namespace IdResolution.Server.Pages;

/// <summary>Sends pages with the headers that all of them need.</summary>
internal static class PageAnswer
{
    /// <summary>Sends a page. The answer is not cached unless the caller has set <c>Cache-Control</c>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status code.</param>
    /// <param name="html">The page, as <see cref="PageRenderer"/> makes it.</param>
    public static Task WriteAsync(HttpContext context, int status, byte[] html)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy.Page;
        headers.XContentTypeOptions = "nosniff";
        if (headers.CacheControl.Count == 0)
        {
            // A refused or missing page may be available in a moment, and a page opened with a key is private.
            headers.CacheControl = "no-store";
        }
        return BytesAnswer.WriteAsync(context, status, "text/html; charset=utf-8", html);
    }
}
