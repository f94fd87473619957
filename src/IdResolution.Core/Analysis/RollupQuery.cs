using IdResolution.Core.Traceability;

namespace IdResolution.Core.Analysis;

/// <summary>A question for one figure over all that an item was made from, or that was made from it.</summary>
public sealed record RollupQuery
{
    /// <summary>The weight that is how much of an item there is.</summary>
    public const string Quantity = "quantity";

    /// <summary>Where it begins.</summary>
    public required ItemAsked Root { get; init; }

    /// <summary>Which way it goes: backward or forward.</summary>
    public TraceDirection Direction { get; init; }

    /// <summary>The code of the attribute whose values are taken; null for a measurement.</summary>
    public string? Attribute { get; init; }

    /// <summary>What was measured; null for an attribute.</summary>
    public string? Measurement { get; init; }

    /// <summary>What becomes of the values.</summary>
    public RollupFunction Function { get; init; }

    /// <summary>The code of an attribute to multiply values by, or <see cref="Quantity"/>; null for none.</summary>
    public string? Weight { get; init; }

    /// <summary>The codes of the templates whose items are taken; empty for all that have the attribute.</summary>
    public IReadOnlyList<string> Templates { get; init; } = [];

    /// <summary>Only what was so at this time, in microseconds since 1970 UTC; null for whatever was so.</summary>
    public long? At { get; init; }

    /// <summary>The log number to read at; null for the head.</summary>
    public long? Number { get; init; }

    /// <summary>The most items of the trace.</summary>
    public int Budget { get; init; } = TraceGraph.MaxNodes;

    /// <summary>The time after which the trace ends.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>True if the shares of lots are needed.</summary>
    internal bool NeedsShares => Function == RollupFunction.Sum || Weight is not null;
}
