namespace IdResolution.Core.Traceability;

/// <summary>Which stock to list, as a front end decodes it. What is null does not count.</summary>
public sealed record StockFilter
{
    /// <summary>The place: an identifier or a text.</summary>
    public string? Place { get; init; }

    /// <summary>In its place: a place, with all places that are within it.</summary>
    public string? Within { get; init; }

    /// <summary>The identifier of an item or lot.</summary>
    public string? Item { get; init; }

    /// <summary>A lot: an identifier, or a supplier's number; it itself and what names it.</summary>
    public string? Lot { get; init; }

    /// <summary>The code of a template.</summary>
    public string? Template { get; init; }

    /// <summary>The <see cref="StockPage.Next"/> of the page before; null for the first page.</summary>
    public string? After { get; init; }

    /// <summary>The greatest number of lines, 1 to <see cref="StockReader.MaxPage"/>.</summary>
    public int Limit { get; init; } = 100;
}
