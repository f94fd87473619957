namespace IdResolution.Server.Pages;

/// <summary>
/// What the page of a registered item shows: only what the caller may see, decided before this is made.
/// </summary>
public sealed record RecordPage
{
    /// <summary>The identifier in its registered spelling.</summary>
    public required string Identifier { get; init; }

    /// <summary>The template's name in the page's language, or null for a record without template.</summary>
    public string? TemplateName { get; init; }

    /// <summary>The category's name in the page's language, or null.</summary>
    public string? CategoryName { get; init; }

    /// <summary><c>active</c> or <c>revoked</c>; anything else is shown as it is.</summary>
    public required string Status { get; init; }

    /// <summary>The record's version, from 1; null for a record of another node.</summary>
    public int? Version { get; init; }

    /// <summary>When it was registered; null for a record of another node.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last changed; null for a record of another node.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>When another node answered this; null for a record of this node.</summary>
    public DateTimeOffset? ForeignReadAt { get; init; }

    /// <summary>The values, in the order shown.</summary>
    public required IReadOnlyList<PageRow> Rows { get; init; }

    /// <summary>
    /// The QR code as a whole SVG document with its <c>xmlns</c>, or null for none. It is shown as an image, so nothing
    /// in it runs.
    /// </summary>
    public string? QrSvg { get; init; }

    /// <summary>Where the same record is found as JSON.</summary>
    public required string JsonUrl { get; init; }

    /// <summary>True where the store does not answer and a cached copy is shown.</summary>
    public bool Stale { get; init; }

    /// <summary>Where the same page is found in the other language.</summary>
    public required string LanguageSwitchUrl { get; init; }
}
