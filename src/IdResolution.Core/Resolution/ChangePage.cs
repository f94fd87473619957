namespace IdResolution.Core.Resolution;

/// <summary>What a caller sees of a stretch of the log.</summary>
/// <param name="Changes">The entries that are shown.</param>
/// <param name="Next">The last entry of the stretch, shown or not: the cursor to go on with.</param>
/// <param name="IsFull">True where there may be more at once.</param>
public sealed record ChangePage(IReadOnlyList<ShownChange> Changes, long Next, bool IsFull);
