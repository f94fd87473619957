using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Finds what a question about the stock names: the places within a place, the items of a lot. Thread-safe.
/// </summary>
/// <param name="store">Knows the items.</param>
/// <param name="records">The records, which name the place that they are within, and their lot.</param>
/// <param name="catalog">The prefixes and templates.</param>
public sealed class StockScope(IEventStore store, IRecordStore records, CatalogHolder catalog)
{
    /// <summary>The most places within a place.</summary>
    public const int MaxPlaces = 1_000;

    /// <summary>How deep places within a place are.</summary>
    public const int MaxDepth = 16;

    /// <summary>The most items of a lot.</summary>
    public const int MaxItems = 10_000;

    private const int AtOnce = 1_000;

    private static readonly string[] s_parent = [IntentThings.ParentPlace];
    private static readonly string[] s_lot = ["lot", "batch", "supplierLot"];

    /// <summary>Finds what questions about stock name.</summary>
    internal ItemNumbers Numbers { get; } = new(store, records, catalog);

    /// <summary>The key of a place or lot; null for none, or with a fault.</summary>
    internal ItemKey? KeyOf(string? text, string field, Faults faults) =>
        EventItems.KeyOf(text, field, catalog.Current, faults);

    /// <summary>Adds a fault where a template is named that there is none of.</summary>
    internal void CheckTemplate(string? code, Faults faults) => EventItems.CheckTemplate(code, catalog.Current, faults);

    /// <summary>True if a row is of goods, and not of a paper or of software.</summary>
    internal bool IsOfGoods(StockRow row) => !Papers.Are(row.Template, catalog.Current);

    /// <summary>A place and all that are within it, in the order of the stock.</summary>
    internal async ValueTask<Result<ItemKey[]>> WithinAsync(ItemKey place, CancellationToken cancellationToken)
    {
        var found = new HashSet<ItemKey> { place };
        var level = new List<string> { await SpellingAsync(place, cancellationToken) };
        for (var depth = 0; level.Count > 0; depth++)
        {
            var next = new List<string>();
            foreach (var outer in level)
            {
                foreach (var inner in await NamingAsync(outer, s_parent, MaxPlaces, cancellationToken))
                {
                    if (found.Add(ItemKey.Stored(inner.Key.Bytes)))
                    {
                        next.Add(RecordState.IdentifierOf(inner));
                    }
                }
                if (found.Count > MaxPlaces + 1 || (depth == MaxDepth && next.Count > 0))
                {
                    return TooManyPlaces();
                }
            }
            level = next;
        }
        return found.Order(Comparer<ItemKey>.Create(Compare)).ToArray();
    }

    /// <summary>The numbers of the items of a lot: of it itself, and of all whose records name it.</summary>
    internal async ValueTask<Result<long[]>> OfLotAsync(ItemKey lot, string text, CancellationToken cancellationToken)
    {
        var itself = (await store.NumbersAsync([lot], cancellationToken))[0];
        var named = lot.IsText ? text : await SpellingAsync(lot, cancellationToken);
        var naming = await NamingAsync(named, s_lot, MaxItems, cancellationToken);
        long[] items =
        [
            .. naming.Select(static record => record.Object).Append(itself).Where(static n => n != 0).Distinct(),
        ];
        return items.Length switch
        {
            0 => TraceErrors.Unknown(text, "lot"),
            > MaxItems => TooManyItems(),
            _ => items,
        };
    }

    /// <summary>The order of places in the stock.</summary>
    internal static int Compare(ItemKey one, ItemKey other) =>
        one.Folded.Bytes.AsSpan().SequenceCompareTo(other.Folded.Bytes);

    /// <summary>The order of the stock.</summary>
    internal static int Compare(StockPosition one, StockPosition other)
    {
        var order = Compare(one.Place ?? default, other.Place ?? default);
        order = order != 0 ? order : one.Item.CompareTo(other.Item);
        order = order != 0 ? order : string.CompareOrdinal(one.Unit, other.Unit);
        return order != 0 ? order : Compare(one.Holder ?? default, other.Holder ?? default);
    }

    /// <summary>How records spell something: as it was registered.</summary>
    private async ValueTask<string> SpellingAsync(ItemKey key, CancellationToken cancellationToken) =>
        !key.IsText && (await records.FindAsync(key.Folded, cancellationToken)).Record is { } record
            ? RecordState.IdentifierOf(record)
            : key.ToString();

    /// <summary>The records of which one of some searchable attributes has a value, or some more than most.</summary>
    private async ValueTask<List<StoredRecord>> NamingAsync(
        string value,
        string[] attributes,
        int most,
        CancellationToken cancellationToken
    )
    {
        var found = new List<StoredRecord>();
        foreach (var query in QueriesOf(value, attributes))
        {
            var rest = query;
            while (found.Count <= most)
            {
                var page = await records.SearchAsync(rest, cancellationToken);
                found.AddRange(page);
                if (!page.IsFull)
                {
                    break;
                }
                rest = rest with { After = page[^1].Object };
            }
        }
        return found;
    }

    private IEnumerable<RecordQuery> QueriesOf(string value, string[] attributes)
    {
        var current = catalog.Current;
        foreach (var code in current.TemplateCodes)
        {
            var template = (current.FindPublished(code) ?? current.FindLatest(code))!;
            foreach (var attribute in attributes.Where(name => template.PositionOf(name) >= 0))
            {
                var faults = new Faults();
                var query = new RecordQuery { Template = code, Limit = AtOnce };
                query = ItemSearch.With(query, template, attribute, InputValue.OfText(value), attribute, faults);
                // What is not searchable, or no value of the attribute, finds nothing.
                if (!faults.Any)
                {
                    yield return query;
                }
            }
        }
    }

    private static Error TooManyPlaces() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"More than {MaxPlaces:N0} places are within it, or they are more than {MaxDepth} deep. Ask for one.",
            $"该位置的下级位置超过 {MaxPlaces} 个或 {MaxDepth} 层。请查询其中某个下级位置。",
            "within"
        );

    internal static Error TooManyItems() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"More than {MaxItems:N0} items are of this lot. Ask by place and template.",
            $"该批次的标识超过 {MaxItems} 个。请按位置和模板查询。",
            "lot"
        );
}
