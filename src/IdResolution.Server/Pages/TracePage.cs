namespace IdResolution.Server.Pages;

/// <summary>A trace as a page to print.</summary>
public sealed record TracePage
{
    /// <summary>The greatest number of items that the page lists.</summary>
    public const int MaxRows = 2_000;

    /// <summary>The item that was traced.</summary>
    public required string Root { get; init; }

    /// <summary>What was asked, at which number of the log, when.</summary>
    public required IReadOnlyList<PageRow> Facts { get; init; }

    /// <summary>False if there is more than was found.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The number of items by template.</summary>
    public required IReadOnlyList<PageRow> Summary { get; init; }

    /// <summary>What is odd, with the items that it is about.</summary>
    public required IReadOnlyList<PageRow> Findings { get; init; }

    /// <summary>The drawing, as a whole SVG document. The page shows it as an image.</summary>
    public required byte[] Drawing { get; init; }

    /// <summary>The items shown, at most <see cref="MaxRows"/>.</summary>
    public required IReadOnlyList<TraceRow> Rows { get; init; }

    /// <summary>True if not all items are listed.</summary>
    public required bool IsCut { get; init; }

    /// <summary>The URL of the same page in the other language; null for no link.</summary>
    public string? LanguageSwitchUrl { get; init; }
}
