namespace IdResolution.Server.Pages;

/// <summary>Which addresses a page may link to.</summary>
internal static class PageLinks
{
    /// <summary>True for an absolute http or https URL and nothing a browser would read as another scheme.</summary>
    public static bool IsWeb(string? url) =>
        url is not null
        && (
            url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        )
        && IsUnbroken(url)
        && Uri.TryCreate(url, UriKind.Absolute, out _);

    /// <summary>True for <see cref="IsWeb"/>, and for a path or query on this node.</summary>
    public static bool IsAllowed(string? url) => IsWeb(url) || IsLocal(url);

    // "//host" and "/\host" lead to other hosts.
    private static bool IsLocal(string? url) =>
        url is ['?', ..] or ['/'] or ['/', not ('/' or '\\'), ..] && IsUnbroken(url);

    // Browsers drop tabs and line breaks inside a URL before they read it, so "/\t/host" would be "//host".
    private static bool IsUnbroken(string url)
    {
        foreach (var c in url)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c))
            {
                return false;
            }
        }
        return true;
    }
}
