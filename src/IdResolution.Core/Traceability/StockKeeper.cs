using System.Diagnostics;
using System.Text;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Keeps what is where: of each item that an entry of the log touches, and of all that is on it, the stock is reckoned
/// anew. Doing it again does no harm, so large pages are written piece by piece.
/// </summary>
public sealed class StockKeeper(
    IStockStore stock,
    IEventStore store,
    EventIds ids,
    StockReckoner reckoner,
    UnregisteredHealer healer,
    CatalogHolder catalog
) : ILogHandler
{
    // So that writes of events wait for no more than some milliseconds.
    private const int ItemsAtOnce = 200;
    private const int EventsAtOnce = 256;
    private const int RowsAtOnce = 1_000;

    // To reckon takes a multiple of what recording takes: under load it rests most of the time, and catches up later.
    private const int Rest = 3;

    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(1);

    private int _hurries;
    private TimeSpan _worked;
    private long _ended = Stopwatch.GetTimestamp();

    private static readonly MemberRole[] s_roles =
    [
        MemberRole.Item,
        MemberRole.Output,
        MemberRole.Input,
        MemberRole.Child,
        MemberRole.Parent,
        MemberRole.Removed,
        MemberRole.RemovedFrom,
        MemberRole.Covered,
    ];

    /// <inheritdoc/>
    public string Name => StockRow.ReaderName;

    /// <inheritdoc/>
    public async Task<bool> HandleAsync(
        IReadOnlyList<Change> changes,
        LogMove move,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(changes);
        await RestAsync(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        var isMoved = await KeepAsync(changes, move, cancellationToken);
        (_worked, _ended) = (Stopwatch.GetElapsedTime(began), Stopwatch.GetTimestamp());
        return isMoved;
    }

    /// <summary>Has it begin no further rest until what is returned is disposed.</summary>
    internal IDisposable Hurry()
    {
        Interlocked.Increment(ref _hurries);
        return new Hurried(this);
    }

    private async Task RestAsync(CancellationToken cancellationToken)
    {
        var rest = _worked * Rest < s_longestRest ? _worked * Rest : s_longestRest;
        var left = rest - Stopwatch.GetElapsedTime(_ended);
        if (left > TimeSpan.Zero && Volatile.Read(ref _hurries) == 0)
        {
            // Processor time is real time, whatever the node's clock says.
            await Task.Delay(left, cancellationToken);
        }
    }

    private async Task<bool> KeepAsync(IReadOnlyList<Change> changes, LogMove move, CancellationToken cancellationToken)
    {
        // Stock is of registered items alone, so what events said of one before must be the record's first.
        await healer.HealNewAsync(changes, cancellationToken);
        var (seen, waiting) = (new HashSet<long>(), new Queue<long>());
        await FindAsync(changes, Touch, cancellationToken);
        var (items, rows) = (new List<long>(), new List<StockRow>());
        while (waiting.TryDequeue(out var number))
        {
            items.Add(number);
            if (items.Count == ItemsAtOnce || waiting.Count == 0)
            {
                rows.AddRange(await ReckonAsync(items, Touch, cancellationToken));
                if (waiting.Count > 0)
                {
                    await stock.ReplaceAsync(items, rows, cancellationToken);
                    items.Clear();
                    rows.Clear();
                }
            }
        }
        return await stock.ReplaceAsync(move, items, rows, cancellationToken);

        void Touch(long item)
        {
            if (seen.Add(item))
            {
                waiting.Enqueue(item);
            }
        }
    }

    private async ValueTask<IReadOnlyList<StockRow>> ReckonAsync(
        List<long> items,
        Action<long> touch,
        CancellationToken cancellationToken
    )
    {
        var (rows, holders) = await reckoner.RowsAsync(items, cancellationToken);
        foreach (var holder in holders)
        {
            await FindHeldAsync(holder, touch, cancellationToken);
        }
        return rows;
    }

    private async ValueTask FindHeldAsync(ItemKey holder, Action<long> touch, CancellationToken cancellationToken)
    {
        IReadOnlyList<long> held;
        var after = 0L;
        do
        {
            held = await stock.HeldAsync(holder, after, RowsAtOnce, cancellationToken);
            foreach (var item in held)
            {
                touch(item);
                after = item;
            }
        } while (held.Count == RowsAtOnce);
    }

    /// <summary>The items that some entries touch.</summary>
    private async ValueTask FindAsync(
        IReadOnlyList<Change> changes,
        Action<long> touch,
        CancellationToken cancellationToken
    )
    {
        var (records, events) = (new List<long>(), new List<long>());
        foreach (var change in changes)
        {
            switch (change.Body.Kind)
            {
                case LogKind.Record:
                    records.Add(change.Body.Object);
                    break;
                case LogKind.Template:
                    await catalog.ReloadAsync(change.Sequence, cancellationToken);
                    await FindOfTemplateAsync(change.Code!.Split('/')[0], touch, cancellationToken);
                    break;
                case LogKind.Event:
                    events.Add(change.Body.Object);
                    if (Corrected(change.State) is { } wrong)
                    {
                        events.Add(wrong);
                    }
                    break;
                default:
                    break;
            }
        }
        // Most records are registered before any event names them.
        foreach (var some in records.Distinct().Chunk(EventsAtOnce))
        {
            foreach (var record in await stock.ConcernedAsync(some, cancellationToken))
            {
                touch(record);
            }
        }
        foreach (var some in events.Chunk(EventsAtOnce))
        {
            foreach (var member in await store.MembersAsync(some, s_roles, cancellationToken))
            {
                touch(member.Item);
            }
        }
    }

    private long? Corrected(byte[] state)
    {
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code.SequenceEqual("e:corrects"u8))
            {
                return ids.TryParse(Encoding.UTF8.GetString(reader.Value), out var wrong) ? wrong : null;
            }
        }
        return null;
    }

    /// <summary>All in stock of a template whose rules may have changed.</summary>
    private async ValueTask FindOfTemplateAsync(
        string template,
        Action<long> touch,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<StockRow> rows;
        StockPosition? after = null;
        do
        {
            var query = new StockQuery
            {
                Template = template,
                After = after,
                Limit = RowsAtOnce,
            };
            rows = await stock.ReadAsync(query, cancellationToken);
            foreach (var row in rows)
            {
                touch(row.Item);
                after = row.Position;
            }
        } while (rows.Count == RowsAtOnce);
    }

    private sealed class Hurried(StockKeeper keeper) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref keeper._hurries);
    }
}
