using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>A page of events.</summary>
/// <param name="Events">The events, by time.</param>
/// <param name="Next">Where to go on; null on the last page.</param>
/// <param name="Number">The log number at which they were read.</param>
public sealed record EventPage(IReadOnlyList<ShownEvent> Events, EventCursor? Next, long Number = 0)
{
    /// <summary>Where the list goes on behind one of its events.</summary>
    public EventCursor CursorAfter(StoredEvent last)
    {
        ArgumentNullException.ThrowIfNull(last);
        return new EventCursor(Log, Number, last.Time, last.Object);
    }

    /// <summary>The number of the log's name.</summary>
    internal long Log { get; init; }
}
