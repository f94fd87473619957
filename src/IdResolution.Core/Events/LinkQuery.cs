namespace IdResolution.Core.Events;

/// <summary>Which links to read: those of some items, in one direction, as of a number of the log.</summary>
public sealed record LinkQuery
{
    /// <summary>The numbers of the items.</summary>
    public required IReadOnlyList<long> Items { get; init; }

    /// <summary>True for what the items were made from, false for what was made from them.</summary>
    public required bool Backward { get; init; }

    /// <summary>The kinds to read.</summary>
    public required LinkKinds Kinds { get; init; }

    /// <summary>The log number to read at: events made later, or voided by then, do not count.</summary>
    public required long Number { get; init; }

    /// <summary>Where to go on; the default for the beginning.</summary>
    public LinkPosition After { get; init; }

    /// <summary>The greatest number of links to read in one call, 1 or more.</summary>
    public int Limit { get; init; } = 10_000;
}
