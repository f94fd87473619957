using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// How much of a lot an event is about that does not say so: all that there is then, as its stock has it. Used for one
/// item.
/// </summary>
internal sealed class LotAmounts(StockReckoning reckoning, TraceItem item)
{
    private IReadOnlyList<StockStep>? _steps;

    /// <summary>A part with its quantity, once for each unit of the lot; as it is for a piece.</summary>
    /// <param name="part">The part.</param>
    /// <param name="of">The event that it is in.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<IReadOnlyList<EventPart>> OfAsync(
        EventPart part,
        ItemEvent of,
        CancellationToken cancellationToken
    )
    {
        if (part.Quantity is not null)
        {
            return [part];
        }
        _steps ??= await reckoning.StepsAsync(item.Number, cancellationToken);
        if (!reckoning.IsLot(item.Template, _steps.Select(static step => step.Part)))
        {
            return [part];
        }
        var units = LotStock
            .Of([.. Before(of)])
            .Where(static held => held.Quantity is not null)
            .GroupBy(static held => held.Unit, static held => held.Quantity!.Value)
            .Select(unit =>
                part with
                {
                    Quantity = StockHolding.TextOf(unit.Sum()),
                    Unit = unit.Key.Length > 0 ? unit.Key : null,
                }
            )
            .ToList();
        return units.Count > 0 ? units : [part];
    }

    /// <summary>
    /// What happened before the event; with it where the lot arrived by it, and up to its time where it is about what
    /// the lot was on.
    /// </summary>
    private IEnumerable<StockStep> Before(ItemEvent of)
    {
        foreach (var step in _steps!)
        {
            var isIt = step.Part.Event == of.Event;
            if (step.Part.Time > of.Time || (isIt && of.Type != EventType.Receive))
            {
                yield break;
            }
            yield return step;
            if (isIt)
            {
                yield break;
            }
        }
    }
}
