namespace IdResolution.Server.Pages;

/// <summary>The values of the <c>Content-Security-Policy</c> header for all HTML that the node writes.</summary>
internal static class ContentSecurityPolicy
{
    /// <summary>For sheets of labels. Their style differs from sheet to sheet, so no fixed hash can allow it.</summary>
    public const string LabelSheet =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>For the page of the REST API, whose scripts and style sheets are files of the node.</summary>
    public const string ApiPage =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>
    /// For all other pages. It allows no scripts, no requests to other resources, and only the one style sheet.
    /// </summary>
    public static readonly string Page =
        $"default-src 'none'; style-src {PageStyle.Hash}; img-src data:; form-action 'self'; base-uri 'none'; "
        + $"frame-ancestors 'none'";
}
