using IdResolution.Server.Http;

namespace IdResolution.Server.Pages;

/// <summary>Sends pages with the headers that all of them need.</summary>
internal static class PageAnswer
{
    /// <summary>
    /// Sends a page. It is not stored unless the caller has set <c>Cache-Control</c>: a refused or missing page may be
    /// available in a moment, and a page opened with a key is private.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status code.</param>
    /// <param name="html">The page, as <see cref="PageRenderer"/> makes it.</param>
    /// <param name="isCounted">False if what it was made of is held already.</param>
    public static Task WriteAsync(HttpContext context, int status, byte[] html, bool isCounted = true)
    {
        SecurityHeaders.SetPage(context.Response, ContentSecurityPolicy.Page);
        return BytesAnswer.WriteAsync(context, status, "text/html; charset=utf-8", html, isCounted);
    }
}
