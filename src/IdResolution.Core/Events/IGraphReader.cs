namespace IdResolution.Core.Events;

/// <summary>Reads the graph that events make of items.</summary>
public interface IGraphReader
{
    /// <summary>
    /// What is known of items, in the order of their numbers given; a number that is not known is left out.
    /// </summary>
    ValueTask<IReadOnlyList<TraceItem>> ItemsAsync(IReadOnlyList<long> numbers, CancellationToken cancellationToken);

    /// <summary>
    /// Reads an item's parts in events that count at a log number, in some roles, the latest first (by time, then by
    /// the event's object number).
    /// </summary>
    /// <param name="item">The number of the item.</param>
    /// <param name="roles">The roles.</param>
    /// <param name="number">The log number to read at.</param>
    /// <param name="limit">The greatest number of parts for each role.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyList<ItemEvent>> PartsAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Reads the members of events in some roles, in the order of the events and their rows.</summary>
    ValueTask<IReadOnlyList<EventPart>> MembersAsync(
        IReadOnlyList<long> events,
        IReadOnlyList<MemberRole> roles,
        CancellationToken cancellationToken
    );
}
