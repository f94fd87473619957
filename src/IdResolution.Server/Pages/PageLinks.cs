namespace IdResolution.Server.Pages;

/// <summary>Decides which URLs a page may link to.</summary>
internal static class PageLinks
{
    /// <summary>True for an absolute http or https URL that browsers cannot read as another scheme.</summary>
    public static bool IsWeb(string? url) =>
        url is not null
        && (
            url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        )
        && IsUnbroken(url)
        && Uri.TryCreate(url, UriKind.Absolute, out _);

    /// <summary>True for a URL that <see cref="IsWeb"/> accepts, and for a path or query on this node.</summary>
    public static bool IsAllowed(string? url) => IsWeb(url) || IsLocal(url);

    // "//host" and "/\host" would lead to another host.
    private static bool IsLocal(string? url) =>
        url is ['?', ..] or ['/'] or ['/', not ('/' or '\\'), ..] && IsUnbroken(url);

    // Browsers remove tabs and line breaks from a URL, so that "/\t/host" becomes "//host".
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
