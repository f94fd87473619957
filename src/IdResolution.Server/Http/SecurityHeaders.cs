using System.Globalization;
using IdResolution.Server.Options;
using Microsoft.Extensions.Primitives;

namespace IdResolution.Server.Http;

/// <summary>
/// The headers that every answer on the HTTP listener has, whatever answers it. They are set before the request is
/// looked at; what answers may replace those that it knows better. The values are made once.
/// </summary>
internal sealed class SecurityHeaders(NodeOptions options)
{
    /// <summary>For answers that are no page: what a browser takes for one all the same can do nothing.</summary>
    public const string NoPage = "default-src 'none'; frame-ancestors 'none'";

    private static readonly StringValues s_noSniff = "nosniff";
    private static readonly StringValues s_noReferrer = "no-referrer";
    private static readonly StringValues s_noPage = NoPage;
    private static readonly StringValues s_noStore = "no-store";
    private static readonly StringValues s_sameOrigin = "same-origin";
    private static readonly StringValues s_deny = "DENY";

    private readonly StringValues _transport =
        options.Tls.HstsSeconds > 0
            ? string.Create(CultureInfo.InvariantCulture, $"max-age={options.Tls.HstsSeconds}")
            : default;

    /// <summary>Sets the headers of an answer.</summary>
    public void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = s_noSniff;
        headers["Referrer-Policy"] = s_noReferrer;
        headers.ContentSecurityPolicy = s_noPage;
        headers["Cross-Origin-Resource-Policy"] = s_sameOrigin;
        headers.CacheControl = s_noStore;
        if (_transport.Count > 0 && context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = _transport;
        }
    }

    /// <summary>Begins the answer anew, with the headers alone.</summary>
    public static void Clear(HttpContext context)
    {
        context.Response.Clear();
        context.RequestServices.GetRequiredService<SecurityHeaders>().Set(context);
    }

    /// <summary>Sets what pages have besides.</summary>
    /// <param name="response">The answer that is a page.</param>
    /// <param name="policy">Its <c>Content-Security-Policy</c>.</param>
    public static void SetPage(HttpResponse response, string policy)
    {
        response.Headers.ContentSecurityPolicy = policy;
        // For browsers that do not know frame-ancestors.
        response.Headers.XFrameOptions = s_deny;
    }

    /// <summary>Lets pages of other sites show the answer, as a picture or as a script.</summary>
    public static void AllowSites(HttpResponse response) =>
        response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
}
