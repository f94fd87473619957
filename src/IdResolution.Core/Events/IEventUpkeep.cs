namespace IdResolution.Core.Events;

/// <summary>Keeps stored events in order: gives records what events named before, and erases. Thread-safe.</summary>
public interface IEventUpkeep
{
    /// <summary>
    /// The numbers that items got when events named them before they were registered, by identifier or by the URI of
    /// their GS1 key. One record may have several.
    /// </summary>
    /// <param name="records">The object numbers of records; others have none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyList<(long Record, long Number)>> BeforeAsync(
        IReadOnlyList<long> records,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Gives a record what events say of it under the number that it had before it was registered: a page of its parts
    /// in one transaction, and with the last one its holds, which must then go on to what is made from it
    /// (<see cref="IEventStore.SpreadingAsync"/>). False while parts are left. Doing it again does no harm.
    /// </summary>
    /// <param name="number">The number before (<see cref="BeforeAsync"/>).</param>
    /// <param name="record">The object number of the record.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<bool> HealAsync(long number, long record, CancellationToken cancellationToken);

    /// <summary>Counts the holds. The time grows with the number of those that there ever were.</summary>
    ValueTask<HoldCounts> CountHoldsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Erases from all versions of an event, and makes a version without what was erased. Returns the event as it is
    /// then; null if there is no such event, or it has another version.
    /// </summary>
    Task<StoredEvent?> EraseAsync(EventErasure erasure, CancellationToken cancellationToken);
}
