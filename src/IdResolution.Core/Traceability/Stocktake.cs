namespace IdResolution.Core.Traceability;

/// <summary>How the stock of a place differs from what was scanned there.</summary>
public sealed record Stocktake
{
    /// <summary>The place.</summary>
    public required string Place { get; init; }

    /// <summary>The last entry of the log that the stock has.</summary>
    public required long Number { get; init; }

    /// <summary>How many entries of the log the stock has not yet.</summary>
    public required long Behind { get; init; }

    /// <summary>The number of lines of the stock there.</summary>
    public required int Expected { get; init; }

    /// <summary>The number of different items that were scanned.</summary>
    public required int Counted { get; init; }

    /// <summary>What is in stock there, and neither it nor what it is on was scanned.</summary>
    public required IReadOnlyList<StockLine> Missing { get; init; }

    /// <summary>What was scanned and is in stock at other places.</summary>
    public required IReadOnlyList<StockLine> Elsewhere { get; init; }

    /// <summary>The identifiers that were scanned and are in stock nowhere.</summary>
    public required IReadOnlyList<string> Unexpected { get; init; }

    /// <summary>The scans that nobody understands, or whose item is not registered here.</summary>
    public required IReadOnlyList<string> Unknown { get; init; }

    /// <summary>The identifiers that were scanned more than once.</summary>
    public required IReadOnlyList<string> Twice { get; init; }

    /// <summary>The events that were recorded.</summary>
    public IReadOnlyList<RecordedEvent> Recorded { get; init; } = [];

    /// <summary>True where the stock and the scans are the same.</summary>
    public bool IsRight => Missing.Count + Elsewhere.Count + Unexpected.Count + Unknown.Count == 0;
}
