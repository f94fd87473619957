namespace IdResolution.Server.Pages;

/// <summary>The metadata in the head of each page.</summary>
internal static class PageHead
{
    public const string Charset = "utf-8";

    /// <summary>An empty icon, so that browsers do not request one.</summary>
    public const string NoIcon = "data:,";

    private static readonly (string Name, string Content)[] ForListed = All("index, follow");
    private static readonly (string Name, string Content)[] ForKept = All("noindex, nofollow");

    /// <summary>The names and contents of the <c>meta</c> elements.</summary>
    /// <param name="listed">True if search engines may list the page.</param>
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
