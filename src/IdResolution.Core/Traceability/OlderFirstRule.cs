using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Where an older item of the same template lies at the same place and may be used, that one goes out first. What is
/// held, or has expired, does not count.
/// </summary>
internal sealed class OlderFirstRule(IEventStore store, IStockStore stock, StockReader reader, TimeProvider time)
    : IIntentRule
{
    // As many held ones are passed over.
    private const int MostLooked = 100;

    public async ValueTask JudgeAsync(
        IntentCase judged,
        List<IntentReason> reasons,
        CancellationToken cancellationToken
    )
    {
        if (
            judged.Kind == IntentKind.Move
            || judged.Item is not { TemplateCode: { } template, Rules.FirstOut: { } firstOut }
        )
        {
            return;
        }
        await reader.CatchUpAsync(cancellationToken);
        var own = await stock.ReadAsync(new StockQuery { Item = judged.Number, Limit = MostLooked }, cancellationToken);
        var from = firstOut == TraceRules.Fefo ? Micros.Of(time.GetUtcNow()) : long.MinValue;
        foreach (var row in own.DistinctBy(static r => r.Place))
        {
            var older = await stock.OlderAsync(
                row.Place!.Value,
                template,
                from,
                row.Age,
                MostLooked,
                cancellationToken
            );
            if (await FirstFreeAsync(older, cancellationToken) is { } first)
            {
                reasons.Add(
                    new(
                        "OlderFirst",
                        new($"{first.Spelling} is older and is to be used first.", $"{first.Spelling} 更早，应先使用。")
                    )
                );
                return;
            }
        }
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
