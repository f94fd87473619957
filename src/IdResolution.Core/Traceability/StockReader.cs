using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
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
/// <param name="catalog">The prefixes and templates.</param>
/// <param name="reckoner">Reckons it.</param>
/// <param name="keeper">Keeps it.</param>
/// <param name="reader">The log reader with the keeper.</param>
public sealed class StockReader(
    IStockStore stock,
    IEventStore store,
    CatalogHolder catalog,
    StockReckoner reckoner,
    StockKeeper keeper,
    LogReader reader
)
{
    /// <summary>The greatest number of lines on a page.</summary>
    public const int MaxPage = 1_000;

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
        if (filter.Item is not null)
        {
            var item = ItemKey.Of(Identifier.Parse(filter.Item).Value);
            query = query with { Item = (await store.NumbersAsync([item], cancellationToken))[0] };
        }
        var rows = await stock.ReadAsync(query, cancellationToken);
        return new StockPage(
            await LinesAsync(rows, cancellationToken),
            rows.Count == query.Limit ? StockCursor.ToText(rows[^1].Position) : null,
            number,
            behind
        );
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

    /// <inheritdoc cref="StockReckoner.PiecesAsync"/>
    internal ValueTask<IReadOnlyList<(TraceItem Item, bool IsPiece)>> PiecesAsync(
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    ) => reckoner.PiecesAsync(items, cancellationToken);

    /// <summary>The key of a place, by its identifier or text; null where it can be none.</summary>
    internal ItemKey? PlaceOf(string text)
    {
        if (Identifier.TryParse(text, out var identifier) && catalog.Current.IsHomed(identifier))
        {
            return ItemKey.Of(identifier);
        }
        return EventTexts.IsText(text, EventRules.MaxText) ? ItemKey.OfText(text) : null;
    }

    private Result<StockQuery> Check(StockFilter filter)
    {
        var faults = new Faults();
        var place = filter.Place is null ? null : PlaceOf(filter.Place);
        if (filter.Place is not null && place is null)
        {
            EventTexts.Check(filter.Place, "place", EventRules.MaxText, faults);
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
                Place = place,
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
        var items = new Dictionary<long, string>();
        foreach (var some in rows.Select(static r => r.Item).Distinct().Chunk(MaxPage))
        {
            foreach (var item in await store.ItemsAsync(some, cancellationToken))
            {
                items[item.Number] = item.Spelling;
            }
        }
        var names = await NamesAsync(rows, cancellationToken);
        var lines = new List<StockLine>(rows.Count);
        foreach (var row in rows)
        {
            if (items.TryGetValue(row.Item, out var identifier))
            {
                lines.Add(
                    new StockLine(
                        identifier,
                        row.Template.Length == 0 ? null : row.Template,
                        names[row.Place!.Value],
                        row.Holder is { } holder ? names[holder] : null,
                        row.Quantity.Length == 0 ? null : row.Quantity,
                        row.Unit.Length == 0 ? null : row.Unit
                    )
                );
            }
        }
        return lines;
    }

    /// <summary>How places and carriers are spelled.</summary>
    private async ValueTask<Dictionary<ItemKey, string>> NamesAsync(
        IReadOnlyList<StockRow> rows,
        CancellationToken cancellationToken
    )
    {
        ItemKey[] keys = [.. rows.SelectMany(static r => new[] { r.Place, r.Holder }).OfType<ItemKey>().Distinct()];
        var names = keys.ToDictionary(static k => k, static k => k.ToString());
        foreach (var some in keys.Chunk(MaxPage))
        {
            var numbers = await store.NumbersAsync(some, cancellationToken);
            foreach (var item in await store.ItemsAsync([.. numbers.Where(static n => n != 0)], cancellationToken))
            {
                names[item.Key] = item.Spelling;
            }
        }
        return names;
    }
}
