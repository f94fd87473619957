using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>What was scanned at a place. Nothing is checked yet.</summary>
public sealed record StocktakeRequest
{
    /// <summary>What could not be read of it; null for nothing. It is refused, for all that is wrong.</summary>
    public Error? Misread { get; init; }

    /// <summary>The place: an identifier or a text.</summary>
    public string? Place { get; init; }

    /// <summary>
    /// What a scanner read, in the order of the scans. A scan of a carrier is one of all that is on it.
    /// </summary>
    public IReadOnlyList<string> Scans { get; init; } = [];

    /// <summary>The events to record of what was found; null for none.</summary>
    public IntentEvent? Record { get; init; }

    /// <summary>With <see cref="Record"/>: where what is missing is brought; null to leave it as it is.</summary>
    public string? MissingTo { get; init; }
}
