namespace IdResolution.Server.Pages;

/// <summary>The content of the page of a record. It holds only what the caller may see.</summary>
public sealed record RecordPage
{
    /// <summary>The identifier in its registered spelling.</summary>
    public required string Identifier { get; init; }

    /// <summary>The template's name in the page's language; null for a record without template.</summary>
    public string? TemplateName { get; init; }

    /// <summary>The category's name in the page's language; null if the template has none.</summary>
    public string? CategoryName { get; init; }

    /// <summary><c>active</c> or <c>revoked</c>. Any other text is shown as it is.</summary>
    public required string Status { get; init; }

    /// <summary>The record's version, from 1; null for a record of another node.</summary>
    public int? Version { get; init; }

    /// <summary>The time of registration by the plant's clock; null for a record of another node.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The time of the last change by the plant's clock; null for a record of another node.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The time at which another node answered with this record; null for a record of this node.</summary>
    public DateTimeOffset? ForeignReadAt { get; init; }

    /// <summary>The values in the order in which the page shows them.</summary>
    public required IReadOnlyList<PageRow> Rows { get; init; }

    /// <summary>
    /// The QR code as a whole SVG document with its <c>xmlns</c>; null for none. The page shows it as an image, so
    /// scripts in it cannot run.
    /// </summary>
    public string? QrSvg { get; init; }

    /// <summary>The URL of the same record as JSON.</summary>
    public required string JsonUrl { get; init; }

    /// <summary>True if the page shows a cached copy because the store does not answer.</summary>
    public bool Stale { get; init; }

    /// <summary>What happened to the item; null for a caller who may not read events.</summary>
    public PageStory? Story { get; init; }

    /// <summary>True if a key may show more than this.</summary>
    public bool AsksForKey { get; init; }

    /// <summary>The URL of the same page in the other language.</summary>
    public required string LanguageSwitchUrl { get; init; }
}
