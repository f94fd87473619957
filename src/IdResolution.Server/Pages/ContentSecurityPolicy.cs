namespace IdResolution.Server.Pages;

/// <summary>
/// The values of the <c>Content-Security-Policy</c> header: all of them, for whatever the node writes as HTML.
/// </summary>
internal static class ContentSecurityPolicy
{
    /// <summary>For the sheet of labels: its style is made for it, so it has no hash to be known by.</summary>
    public const string LabelSheet =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>For every page: no script, nothing fetched, the one style sheet.</summary>
    public static readonly string Page =
        $"default-src 'none'; style-src {PageStyle.Hash}; img-src data:; form-action 'self'; base-uri 'none'; "
        + $"frame-ancestors 'none'";
}
