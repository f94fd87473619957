using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>One row of a quality report.</summary>
/// <param name="Key">What it has in common in each dimension; empty texts for nothing.</param>
/// <param name="Counts">What was counted.</param>
public sealed record QualityLine(IReadOnlyList<string> Key, QualityCounts Counts);

/// <summary>The answer of the quality archive.</summary>
public sealed record QualityReport
{
    /// <summary>By what it counts.</summary>
    public required IReadOnlyList<QualityDimension> By { get; init; }

    /// <summary>Events at this time or later count, in microseconds since 1970 UTC.</summary>
    public required long From { get; init; }

    /// <summary>Events before this time count, in microseconds since 1970 UTC.</summary>
    public required long To { get; init; }

    /// <summary>The time zone of its days.</summary>
    public required string Zone { get; init; }

    /// <summary>The number of the log up to which events count.</summary>
    public required long Number { get; init; }

    /// <summary>How many entries of the log the archive had not read.</summary>
    public required long Behind { get; init; }

    /// <summary>The rows: those with the most, in the order of time or of how much they have.</summary>
    public required IReadOnlyList<QualityLine> Lines { get; init; }

    /// <summary>How many other rows there are.</summary>
    public required int OtherLines { get; init; }

    /// <summary>What the other rows come to.</summary>
    public required QualityCounts Others { get; init; }

    /// <summary>True where inspections are counted.</summary>
    public required bool HasInspections { get; init; }

    /// <summary>True where measurements are counted.</summary>
    public required bool HasMeasurements { get; init; }

    /// <summary>True where defects are counted.</summary>
    public required bool HasDefects { get; init; }
}
