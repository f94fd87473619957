using IdResolution.Core.Traceability;

namespace IdResolution.Server.Rest;

/// <summary>What was scanned at a place.</summary>
/// <param name="Place">The place.</param>
/// <param name="Scans">What a scanner read.</param>
/// <param name="Record">The key, and the time, of the events to record.</param>
/// <param name="MissingTo">Where what is missing is brought.</param>
internal sealed record StocktakeBody(
    string Place,
    IReadOnlyList<string> Scans,
    StocktakeRecord? Record = null,
    string? MissingTo = null
)
{
    public StocktakeRequest ToRequest() =>
        new()
        {
            Place = Place,
            Scans = Scans ?? [],
            MissingTo = MissingTo,
            Record = Record is null
                ? null
                : new IntentEvent
                {
                    Source = Record.Source,
                    SourceKey = Record.SourceKey,
                    Time = Record.Time,
                },
        };
}

/// <summary>How the events of a stocktake are recorded.</summary>
internal sealed record StocktakeRecord(string Source, string SourceKey, string? Time = null);
