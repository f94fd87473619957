using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Lists what is where now. Needs role reader or higher, and a caller of the whole node: places are not of a prefix.
/// Thread-safe.
/// </summary>
/// <param name="stock">The stock.</param>
/// <param name="store">Knows the items.</param>
/// <param name="scope">Finds what callers name.</param>
/// <param name="keeper">Keeps it.</param>
/// <param name="reader">The log reader with the keeper.</param>
public sealed class StockReader(
    IStockStore stock,
    IEventStore store,
    StockScope scope,
    StockKeeper keeper,
    LogReader reader
)
{
    /// <summary>The greatest number of lines on a page.</summary>
    public const int MaxPage = 1_000;

    // A piece is at one place; a lot may be at several.
    private const int MostRows = 20 * MaxPage;

    /// <inheritdoc cref="StockScope.Numbers"/>
    internal ItemNumbers Numbers => scope.Numbers;

    /// <summary>Lists the stock, in an order that does not change.</summary>
    public async ValueTask<Result<StockPage>> ListAsync(
        StockFilter filter,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        if (!Check(filter).TryGet(out var query, out var error))
        {
            return error;
        }
        var (number, behind) = await CatchUpAsync(cancellationToken);
        if (!(await RowsAsync(filter, query, cancellationToken)).TryGet(out var rows, out error))
        {
            return error;
        }
        var next = rows.Count == query.Limit ? StockCursor.ToText(rows[^1].Position) : null;
        if (filter is { Item: null, Lot: null, Template: null })
        {
            rows.RemoveAll(row => !scope.IsOfGoods(row));
        }
        return new StockPage(await LinesAsync(rows, cancellationToken), next, number, behind);
    }

    /// <inheritdoc cref="StockScope.IsOfGoods"/>
    internal bool IsOfGoods(StockRow row) => scope.IsOfGoods(row);

    private async ValueTask<Result<List<StockRow>>> RowsAsync(
        StockFilter filter,
        StockQuery query,
        CancellationToken cancellationToken
    )
    {
        ItemKey[]? places = null;
        if (
            (filter.Within is not null || filter.Place is not null)
            && !(await PlacesAsync(filter, cancellationToken)).TryGet(out places, out var error)
        )
        {
            return error;
        }
        if (filter.Item is { } item)
        {
            var key = ItemKey.Of(Identifier.Parse(item).Value);
            if (
                !(await scope.Numbers.FindAsync(key, item, "item", cancellationToken)).TryGet(out var number, out error)
            )
            {
                return error;
            }
            query = query with { Item = number };
        }
        return filter.Lot is { } lot
            ? await OfLotAsync(lot, query, places, cancellationToken)
            : await AtPlacesAsync(query, places, cancellationToken);
    }

    private async ValueTask<Result<ItemKey[]>> PlacesAsync(StockFilter filter, CancellationToken cancellationToken)
    {
        var (text, field) = filter.Within is { } within ? (within, "within") : (filter.Place!, "place");
        var place = scope.KeyOf(text, field, new Faults())!.Value;
        var known = await scope.Numbers.FindAsync(place, text, field, cancellationToken);
        if (!known.TryGet(out _, out var error))
        {
            return error;
        }
        return filter.Within is null ? new[] { place } : await scope.WithinAsync(place, cancellationToken);
    }

    /// <summary>A page of the stock at some places, or at all.</summary>
    private async ValueTask<List<StockRow>> AtPlacesAsync(
        StockQuery query,
        ItemKey[]? places,
        CancellationToken cancellationToken
    )
    {
        if (places is null)
        {
            return [.. await stock.ReadAsync(query, cancellationToken)];
        }
        var rows = new List<StockRow>();
        var from = query.After?.Place;
        foreach (var place in places.Where(place => from is null || StockScope.Compare(place, from.Value) >= 0))
        {
            var some = query with
            {
                Place = place,
                After = place == from ? query.After : null,
                Limit = query.Limit - rows.Count,
            };
            rows.AddRange(await stock.ReadAsync(some, cancellationToken));
            if (rows.Count == query.Limit)
            {
                break;
            }
        }
        return rows;
    }

    /// <summary>The same of the items of a lot: they are few, and looked at as a whole.</summary>
    private async ValueTask<Result<List<StockRow>>> OfLotAsync(
        string lot,
        StockQuery query,
        ItemKey[]? places,
        CancellationToken cancellationToken
    )
    {
        var key = scope.KeyOf(lot, "lot", new Faults())!.Value;
        if (!(await scope.OfLotAsync(key, lot, cancellationToken)).TryGet(out var items, out var error))
        {
            return error;
        }
        var rows = new List<StockRow>();
        foreach (var some in items.Chunk(MaxPage))
        {
            var found = await stock.OfItemsAsync(some, MostRows, cancellationToken);
            if (found.Count == MostRows)
            {
                return StockScope.TooManyItems();
            }
            rows.AddRange(found);
        }
        var at = places?.ToHashSet();
        rows.RemoveAll(row =>
            row.Place is not { } place
            || at?.Contains(place) == false
            || (query.Item is { } item && row.Item != item)
            || (query.Template is { } template && row.Template != template)
            || (query.After is { } after && StockScope.Compare(row.Position, after) <= 0)
        );
        rows.Sort(static (one, other) => StockScope.Compare(one.Position, other.Position));
        return rows[..Math.Min(rows.Count, query.Limit)];
    }

    /// <summary>
    /// Has the reader take what was recorded before the call, as far as this node is the one that reads. A scan on the
    /// line does not wait for a long way, such as that of a store that was upgraded.
    /// </summary>
    /// <returns>The last entry of the log that the stock has, and how many there are that it has not.</returns>
    internal async ValueTask<(long Number, long Behind)> CatchUpAsync(CancellationToken cancellationToken)
    {
        var head = await store.HeadAsync(cancellationToken);
        using (keeper.Hurry())
        {
            await ArchiveWait.CatchUpAsync([reader], head, cancellationToken);
        }
        var number = Math.Clamp(reader.Cursor, 0, head);
        return (number, head - number);
    }

    /// <summary>The key of a place; null with a fault.</summary>
    internal ItemKey? PlaceOf(string text, Faults faults) => scope.KeyOf(text, "place", faults);

    private Result<StockQuery> Check(StockFilter filter)
    {
        var faults = new Faults();
        var place = scope.KeyOf(filter.Place, "place", faults);
        scope.KeyOf(filter.Within, "within", faults);
        scope.KeyOf(filter.Lot, "lot", faults);
        scope.CheckTemplate(filter.Template, faults);
        if (filter is { Place: not null, Within: not null })
        {
            faults.Add("within", "takes the place of place: give one of them", "与 place 只能给出其一");
        }
        if (filter.Item is not null && !Identifier.TryParse(filter.Item, out _))
        {
            faults.Add("item", "must be an identifier: prefix/suffix", "应为标识：前缀/后缀");
        }
        StockPosition position = default;
        if (filter.After is not null && !StockCursor.TryParse(filter.After, out position))
        {
            faults.Add("after", "must be the next of an answer before", "应为前一次应答中的 next");
        }
        else if (filter.After is not null && place is not null && position.Place != place)
        {
            faults.Add("after", "is of another place", "属于另一位置");
        }
        if (filter.Limit is < 1 or > MaxPage)
        {
            faults.Add("limit", $"must be 1 to {MaxPage}", $"应为 1 至 {MaxPage}");
        }
        return faults.TryCombine(out var error)
            ? error
            : new StockQuery
            {
                Template = filter.Template,
                After = filter.After is null ? null : position,
                Limit = filter.Limit,
            };
    }

    /// <summary>The lines of rows, as callers are shown them.</summary>
    internal async ValueTask<IReadOnlyList<StockLine>> LinesAsync(
        IReadOnlyList<StockRow> rows,
        CancellationToken cancellationToken
    )
    {
        var items = await store.ItemsByNumberAsync(rows.Select(static row => row.Item), cancellationToken);
        var keys = rows.SelectMany(static row => new[] { row.Place, row.Holder }).OfType<ItemKey>();
        var named = await store.ItemsByKeyAsync(keys, cancellationToken);
        var lines = new List<StockLine>(rows.Count);
        foreach (var row in rows)
        {
            if (items.TryGetValue(row.Item, out var item))
            {
                lines.Add(
                    new StockLine(
                        item.Spelling,
                        row.Template.Length == 0 ? null : row.Template,
                        NameOf(row.Place!.Value),
                        row.Holder is { } holder ? NameOf(holder) : null,
                        row.Quantity.Length == 0 ? null : row.Quantity,
                        row.Unit.Length == 0 ? null : row.Unit
                    )
                );
            }
        }
        return lines;

        string NameOf(ItemKey key) => named.TryGetValue(key, out var found) ? found.Spelling : key.ToString();
    }
}
