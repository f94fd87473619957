namespace IdResolution.Core.Traceability;

/// <summary>A page of events.</summary>
/// <param name="Events">The events, by time.</param>
/// <param name="Next">Where to go on; null on the last page.</param>
/// <param name="Number">The log number at which they were read.</param>
public sealed record EventPage(IReadOnlyList<ShownEvent> Events, EventCursor? Next, long Number = 0);
