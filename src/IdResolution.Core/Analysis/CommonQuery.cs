namespace IdResolution.Core.Analysis;

/// <summary>A question for what bad items have and good ones have not.</summary>
public sealed record CommonQuery
{
    /// <summary>The most items, bad and good together.</summary>
    public const int MaxItems = 20_000;

    /// <summary>The budget where none is given.</summary>
    public const int DefaultBudget = 500_000;

    /// <summary>The greatest budget.</summary>
    public const int MaxBudget = 2_000_000;

    /// <summary>The number of findings where none is given.</summary>
    public const int DefaultLimit = 20;

    /// <summary>The most findings.</summary>
    public const int MaxLimit = 100;

    /// <summary>The greatest p of a finding where none is given.</summary>
    public const double DefaultMostP = 0.05;

    /// <summary>The items that failed. Needed.</summary>
    public ItemChoice? Bad { get; init; }

    /// <summary>The items that did not. One that is bad too counts as bad. Needed.</summary>
    public ItemChoice? Good { get; init; }

    /// <summary>Only what was so at this time, in microseconds since 1970 UTC; null for whatever was so.</summary>
    public long? At { get; init; }

    /// <summary>The log number to read at; null for the head.</summary>
    public long? Number { get; init; }

    /// <summary>What to look at; empty for all.</summary>
    public IReadOnlyList<CauseKind> Kinds { get; init; } = [];

    /// <summary>The most items that are found in all traces together, those compared too.</summary>
    public int Budget { get; init; } = DefaultBudget;

    /// <summary>The greatest p of a finding, corrected; 1 for all that bad items have more often.</summary>
    public double MostP { get; init; } = DefaultMostP;

    /// <summary>The most findings.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>The time after which no further generation is read.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>True if a kind is looked at.</summary>
    internal bool Wants(CauseKind kind)
    {
        for (var i = 0; i < Kinds.Count; i++)
        {
            if (Kinds[i] == kind)
            {
                return true;
            }
        }
        return Kinds.Count == 0;
    }
}
