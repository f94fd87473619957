using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What was destroyed is used for nothing, and what was taken out of use is only moved. What was shipped, itself or
/// with what it is on, is not used or shipped again before it came back; it may be installed where it was sent to.
/// </summary>
internal sealed class GoneRule(IEventStore store, IntentThings things) : IIntentRule
{
    public async ValueTask JudgeAsync(
        IntentCase judged,
        List<IntentReason> reasons,
        CancellationToken cancellationToken
    )
    {
        if (judged.IsFresh)
        {
            return;
        }
        var steps = await things.StepsAsync(judged.Number, cancellationToken);
        var isLot =
            judged.Item.Rules?.IsOfLots == true
            || steps.Any(static step => LotBalance.IsOfLot(step.Part.Quantity, step.Part.Unit));
        var gone = GoneBy(steps, isLot) ?? await GoneWithAsync(judged.Number, cancellationToken);
        Text? why = (gone?.Type, judged.Kind) switch
        {
            (EventType.Destroy, _) => new("It was destroyed.", "该标识已销毁。"),
            (EventType.Decommission, not IntentKind.Move) => new("It was taken out of use.", "该标识已停用。"),
            (EventType.Ship, IntentKind.Use or IntentKind.Ship) => new(
                "It was shipped, and did not come back.",
                "该标识已发出，尚未收回。"
            ),
            _ => null,
        };
        if (why is { } message)
        {
            reasons.Add(new("Gone", message));
        }
    }

    /// <summary>What took away the carrier that the item is on, since it was put there.</summary>
    private async ValueTask<ItemEvent?> GoneWithAsync(long item, CancellationToken cancellationToken)
    {
        var since = long.MinValue;
        await foreach (
            var (part, carrier) in new CurrentParent(store, long.MaxValue).ClimbAsync(item, cancellationToken)
        )
        {
            if (await things.IsAssemblyAsync(carrier, cancellationToken))
            {
                return null;
            }
            since = Math.Max(since, part.Time);
            var steps = await things.StepsAsync(carrier, cancellationToken);
            if (GoneBy(steps, isLot: false) is { } gone && gone.Time >= since)
            {
                return gone;
            }
        }
        return null;
    }

    /// <summary>True for an event that may take away what it is about.</summary>
    public static bool TakesAway(EventType type) =>
        type is EventType.Ship or EventType.Destroy or EventType.Decommission;

    /// <summary>The event that took an item away, or all of a lot; null where it is there, or came back.</summary>
    private static ItemEvent? GoneBy(IReadOnlyList<StockStep> steps, bool isLot)
    {
        ItemEvent? gone = null;
        foreach (var step in steps)
        {
            var isAll = !isLot || step.Part.Quantity is null;
            if (step.IsAway)
            {
                // It came off what had been sent away.
                gone = isAll ? step.Part with { Type = EventType.Ship } : gone;
            }
            else if (step.IsGone || step.IsShipped)
            {
                gone = isAll && (step.IsGone || gone is null) ? step.Part : gone;
            }
            else if (
                step.IsMade
                || (
                    gone?.Type == EventType.Ship
                    && (step.IsReceived || step.Place != 0 || step.Part.Role == MemberRole.Removed)
                )
            )
            {
                gone = null;
            }
        }
        return gone;
    }
}
