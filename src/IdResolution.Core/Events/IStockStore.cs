using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Events;

/// <summary>Keeps what is where now, as a reader of the log reckons it from the events. Thread-safe.</summary>
public interface IStockStore
{
    /// <summary>Puts rows in the place of all that is kept of some items.</summary>
    Task ReplaceAsync(IReadOnlyList<long> items, IReadOnlyList<StockRow> rows, CancellationToken cancellationToken);

    /// <summary>
    /// The same, with the move of the reader's cursor in one transaction. False if the move is refused.
    /// </summary>
    Task<bool> ReplaceAsync(
        LogMove move,
        IReadOnlyList<long> items,
        IReadOnlyList<StockRow> rows,
        CancellationToken cancellationToken
    );

    /// <summary>The rows of some items, ordered by place and then by item, at most so many.</summary>
    ValueTask<IReadOnlyList<StockRow>> OfItemsAsync(
        IReadOnlyList<long> items,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Those of some records that are in stock, or that an event names.</summary>
    ValueTask<IReadOnlyList<long>> ConcernedAsync(IReadOnlyList<long> records, CancellationToken cancellationToken);

    /// <summary>Reads rows at places; what is nowhere is left out.</summary>
    ValueTask<IReadOnlyList<StockRow>> ReadAsync(StockQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// The numbers of items on a carrier, ascending, beyond one. An item with several rows comes as often.
    /// </summary>
    ValueTask<IReadOnlyList<long>> HeldAsync(
        ItemKey holder,
        long after,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The oldest items of a template at a place with an age from one, inclusive, to another, exclusive.
    /// </summary>
    ValueTask<IReadOnlyList<long>> OlderAsync(
        ItemKey place,
        string template,
        long from,
        long before,
        int limit,
        CancellationToken cancellationToken
    );
}
