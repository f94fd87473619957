using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Where an older item of the same template lies at the same place and may be used, that one goes out first. What is
/// held, or has expired, does not count. What is on a carrier is judged with it.
/// </summary>
internal sealed class OlderFirstRule(
    IEventStore store,
    IStockStore stock,
    StockReader reader,
    IntentThings things,
    TimeProvider time
) : IIntentRule
{
    // As many held ones are passed over.
    private const int MostLooked = 100;

    // A piece on a carrier is at one place; a lot may be at several.
    private const int MostRows = 20 * StockReader.MaxPage;

    public async ValueTask JudgeAsync(
        IntentCase judged,
        List<IntentReason> reasons,
        CancellationToken cancellationToken
    )
    {
        if (judged.Kind == IntentKind.Move)
        {
            return;
        }
        var spellings = judged
            .Load.Items.Where(one => things.FirstOutOf(one.Item.Template) is not null)
            .ToDictionary(static one => one.Item.Number, static one => one.Item.Spelling);
        if (things.FirstOutOf(judged.Item.TemplateCode) is not null)
        {
            spellings[judged.Number] = judged.Item.Identifier;
        }
        if (spellings.Count == 0)
        {
            return;
        }
        await reader.CatchUpAsync(cancellationToken);
        foreach (var same in (await RowsAsync(spellings.Keys, judged.Number, cancellationToken)).GroupBy(PlaceOf))
        {
            var youngest = same.MaxBy(static row => row.Age)!;
            if (await OlderAsync(youngest, spellings.Keys, cancellationToken) is { } first)
            {
                var reason = new IntentReason(
                    "OlderFirst",
                    new($"{first.Spelling} is older and is to be used first.", $"{first.Spelling} 更早，应先使用。")
                );
                var isOnIt = youngest.Item != judged.Number;
                reasons.Add(isOnIt ? LoadRule.OnIt(spellings[youngest.Item], reason) : reason);
            }
        }
    }

    private static (ItemKey Place, string Template) PlaceOf(StockRow row) => (row.Place!.Value, row.Template);

    /// <summary>Where the items are. Of what is on the carrier, what lies elsewhere is not on it.</summary>
    private async ValueTask<List<StockRow>> RowsAsync(
        Dictionary<long, string>.KeyCollection items,
        long itself,
        CancellationToken cancellationToken
    )
    {
        var rows = new List<StockRow>();
        foreach (var some in items.Chunk(StockReader.MaxPage))
        {
            rows.AddRange(await stock.OfItemsAsync(some, MostRows, cancellationToken));
        }
        rows.RemoveAll(row => row.Place is null || (row.Item != itself && row.Holder is null));
        return rows;
    }

    /// <summary>The oldest that is free and older than a row; null where there is none but those that go out.</summary>
    private async ValueTask<TraceItem?> OlderAsync(
        StockRow row,
        Dictionary<long, string>.KeyCollection going,
        CancellationToken cancellationToken
    )
    {
        var isFefo = things.FirstOutOf(row.Template) == TraceRules.Fefo;
        var older = await stock.OlderAsync(
            row.Place!.Value,
            row.Template,
            isFefo ? Micros.Of(time.GetUtcNow()) : long.MinValue,
            row.Age,
            MostLooked + going.Count,
            cancellationToken
        );
        return await FirstFreeAsync([.. older.Except(going).Take(MostLooked)], cancellationToken);
    }

    private async ValueTask<TraceItem?> FirstFreeAsync(IReadOnlyList<long> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return null;
        }
        var held = (await store.HoldsAsync(items, cancellationToken)).Select(static h => h.Item).ToHashSet();
        foreach (var item in items)
        {
            if (!held.Contains(item) && await store.ItemsAsync([item], cancellationToken) is [var found, ..])
            {
                return found;
            }
        }
        return null;
    }
}
