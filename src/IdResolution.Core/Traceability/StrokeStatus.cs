namespace IdResolution.Core.Traceability;

/// <summary>The strokes of a tool at a time.</summary>
/// <param name="Made">How many it had made, and what says so.</param>
/// <param name="Limit">How many it bears; null where nobody said.</param>
public sealed record StrokeStatus(SaidValue Made, SaidValue? Limit)
{
    /// <summary>True if it had made as many as it bears.</summary>
    public bool IsWornOut => IsWorn(Made.Value, Limit?.Value);

    /// <summary>True if something has made as many strokes as it bears; false where that is not known.</summary>
    internal static bool IsWorn(string? made, string? limit) =>
        LotBalance.TryRead(made, out var strokes) && LotBalance.TryRead(limit, out var most) && strokes >= most;
}
