using IdResolution.Core.Events;

namespace IdResolution.Core.Analysis;

/// <summary>What bad items have more often than good ones.</summary>
/// <param name="Cause">What they have.</param>
/// <param name="Bad">The bad items that have it.</param>
/// <param name="Good">The good items that have it.</param>
/// <param name="LogP">The natural logarithm of <see cref="P"/>, which may be too small for a number.</param>
public sealed record CommonFinding(Cause Cause, int Bad, int Good, double LogP)
{
    /// <summary>The most others of the same items that are named.</summary>
    public const int MaxSame = 20;

    /// <summary>How much more often one that has it is bad than any.</summary>
    public required double Lift { get; init; }

    /// <summary>
    /// The chance that something as telling is found where nothing is a cause: Fisher's exact test, corrected for all
    /// that was tried.
    /// </summary>
    public double P => Math.Max(Math.Exp(LogP), 1e-300);

    /// <summary>Others that the very same items have.</summary>
    public IReadOnlyList<Cause> Same { get; init; } = [];

    /// <summary>The number of all such others.</summary>
    public int SameCount { get; init; }

    /// <summary>Some bad items that have it.</summary>
    public IReadOnlyList<TraceItem> Items { get; init; } = [];

    /// <summary>From the first of these to what they have, or to the item of an event that shows it.</summary>
    public IReadOnlyList<TraceItem> Path { get; init; } = [];

    /// <summary>Some events of these items that show it, by object number; of an ancestor none.</summary>
    public IReadOnlyList<long> Events { get; init; } = [];
}
