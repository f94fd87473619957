namespace IdResolution.Core.Events;

/// <summary>Which events to list. Voided ones are listed too. Conditions that are null do not count.</summary>
public sealed record EventQuery
{
    /// <summary>
    /// The number of an item that has any part in the event (<see cref="IEventStore.NumbersAsync"/>).
    /// </summary>
    public long? Item { get; init; }

    /// <summary>The parts of the item that count; null for any.</summary>
    public IReadOnlyList<MemberRole>? Roles { get; init; }

    /// <summary>The number of the place.</summary>
    public long? Place { get; init; }

    /// <summary>The number of a machine or tool.</summary>
    public long? Equipment { get; init; }

    /// <summary>The type.</summary>
    public EventType? Type { get; init; }

    /// <summary>The event's time is this or later, in microseconds since 1970 UTC.</summary>
    public long? From { get; init; }

    /// <summary>The event's time is before this, in microseconds since 1970 UTC.</summary>
    public long? To { get; init; }

    /// <summary>True for the latest first.</summary>
    public bool Descending { get; init; }

    /// <summary>The log number to read at: events made later are left out.</summary>
    public required long Number { get; init; }

    /// <summary>The time and object number of the last event of the page before; null for the first page.</summary>
    public (long Time, long Object)? After { get; init; }

    /// <summary>The greatest number of events, 1 or more.</summary>
    public required int Limit { get; init; }
}
