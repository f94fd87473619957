namespace IdResolution.Server.Pages;

/// <summary>What every page tells browsers and search engines of itself.</summary>
internal static class PageHead
{
    /// <summary>The encoding.</summary>
    public const string Charset = "utf-8";

    /// <summary>An empty icon, so that browsers ask for none.</summary>
    public const string NoIcon = "data:,";

    private static readonly (string Name, string Content)[] ForListed = All("index, follow");
    private static readonly (string Name, string Content)[] ForKept = All("noindex, nofollow");

    /// <summary>The named metadata.</summary>
    /// <param name="listed">True where search engines may list the page.</param>
    public static IReadOnlyList<(string Name, string Content)> Named(bool listed) => listed ? ForListed : ForKept;

    private static (string Name, string Content)[] All(string robots) =>
        [
            ("viewport", "width=device-width, initial-scale=1"),
            ("color-scheme", "light dark"),
            ("referrer", "no-referrer"),
            ("robots", robots),
            ("format-detection", "telephone=no"),
        ];
}
