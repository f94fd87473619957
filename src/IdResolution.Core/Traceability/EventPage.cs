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

    /// <summary>A cursor as the caller is told it.</summary>
    public string TextOf(EventCursor cursor) => Told?.Invoke(cursor) ?? cursor.ToString();

    /// <summary>How the caller is told cursors; null for as they are.</summary>
    internal Func<EventCursor, string>? Told { get; init; }

    /// <summary>The number of the log's name.</summary>
    internal long Log { get; init; }
}
