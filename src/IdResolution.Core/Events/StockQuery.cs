namespace IdResolution.Core.Events;

/// <summary>Which rows of the stock to read, in the order of their positions. What is null does not count.</summary>
public sealed record StockQuery
{
    /// <summary>The place.</summary>
    public ItemKey? Place { get; init; }

    /// <summary>The number of the item.</summary>
    public long? Item { get; init; }

    /// <summary>The code of the template.</summary>
    public string? Template { get; init; }

    /// <summary>The position of the last row of the page before; null for the first page.</summary>
    public StockPosition? After { get; init; }

    /// <summary>The greatest number of rows, 1 or more.</summary>
    public required int Limit { get; init; }
}
