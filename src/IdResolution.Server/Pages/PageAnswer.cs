using IdResolution.Server.Http;

namespace IdResolution.Server.Pages;

/// <summary>Sends a page with the headers that every page has.</summary>
internal static class PageAnswer
{
    /// <summary>Answers with a page.</summary>
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
            // What is refused or missing now may be there in a moment, and what a key opened is its holder's.
            headers.CacheControl = "no-store";
        }
        return BytesAnswer.WriteAsync(context, status, "text/html; charset=utf-8", html);
    }
}
