namespace IdResolution.Core.Upstream;

/// <summary>What became of one item at the secondary node.</summary>
public enum UpstreamOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It is there already; nothing was changed.</summary>
    Exists,

    /// <summary>It is not there; nothing was changed.</summary>
    Absent,

    /// <summary>It was refused for good.</summary>
    Refused,

    /// <summary>The secondary node failed at it alone, again and again, and does other work.</summary>
    Failed,
}

/// <summary>The answer of the secondary node about one item.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Message">Why it was refused, or failed; null otherwise.</param>
public readonly record struct UpstreamAnswer(UpstreamOutcome Outcome, string? Message = null);

/// <summary>What the secondary node holds of an identifier.</summary>
/// <param name="Item">What it has, values at indexes below 2000 left out; null if it is not there.</param>
/// <param name="Refused">Why it is not shown; null if it is shown, or is not there.</param>
public readonly record struct UpstreamFound(UpstreamItem? Item, string? Refused = null);
