namespace IdResolution.Core.Analysis;

/// <summary>What bad items have and good ones have not.</summary>
public sealed record CommonReport
{
    /// <summary>The findings, the best first.</summary>
    public required IReadOnlyList<CommonFinding> Findings { get; init; }

    /// <summary>The number of bad items.</summary>
    public required int Bad { get; init; }

    /// <summary>The number of good items.</summary>
    public required int Good { get; init; }

    /// <summary>The log number that was read at.</summary>
    public required long Number { get; init; }

    /// <summary>True if all that leads back was read.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The generations that were read of all items, alike: 1 for the items alone.</summary>
    public required int Generations { get; init; }

    /// <summary>The items found, those compared too.</summary>
    public required int Found { get; init; }

    /// <summary>How many candidates were tried, each span and range too.</summary>
    public required long Tried { get; init; }
}
