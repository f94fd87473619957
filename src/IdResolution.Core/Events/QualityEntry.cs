namespace IdResolution.Core.Events;

/// <summary>The rows of the quality archive for one event.</summary>
/// <param name="Event">The object number of the event.</param>
/// <param name="Time">When it happened, in microseconds since 1970 UTC.</param>
/// <param name="Replaces">True if the event had rows before, which go.</param>
/// <param name="Rows">The rows; empty for an event that was corrected.</param>
public sealed record QualityEntry(long Event, long Time, bool Replaces, IReadOnlyList<QualityRow> Rows);
