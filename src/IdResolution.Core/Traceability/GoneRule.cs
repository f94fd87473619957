using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What was destroyed is used for nothing, and what was taken out of use is only moved. What was shipped, itself or
/// with what it is on, is not used or shipped again before it came back; it may be installed where it was sent to.
/// </summary>
internal sealed class GoneRule(IEventStore store, IntentThings things) : IIntentRule
{
    private const int MostLooked = 1_000;

    private static readonly MemberRole[] s_child = [MemberRole.Child];
    private static readonly MemberRole[] s_leaving = [MemberRole.Item, MemberRole.Covered, MemberRole.Removed];

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
        var gone =
            await GoneItselfAsync(judged, cancellationToken) ?? await GoneWithAsync(judged.Number, cancellationToken);
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

    /// <summary>
    /// What took the item itself away. Of most nothing did, which a few parts tell: a lot may have a hundred thousand
    /// uses, and all its steps are read only where something may have.
    /// </summary>
    private async ValueTask<ItemEvent?> GoneItselfAsync(IntentCase judged, CancellationToken cancellationToken)
    {
        var leaving = await store.PartsAsync(judged.Number, s_leaving, long.MaxValue, MostLooked, cancellationToken);
        if (
            leaving.Count < MostLooked
            && !leaving.Any(MayLeave)
            && !await MayBeEmptiedOutAsync(judged, cancellationToken)
        )
        {
            return null;
        }
        var steps = await things.StepsAsync(judged.Number, cancellationToken);
        var isLot =
            judged.Item.Rules?.IsOfLots == true
            || steps.Any(static step => LotBalance.IsOfLot(step.Part.Quantity, step.Part.Unit));
        return GoneBy(steps, isLot);
    }

    /// <summary>True if it was put into something that may have been emptied since; of a lot, on a carrier.</summary>
    private async ValueTask<bool> MayBeEmptiedOutAsync(IntentCase judged, CancellationToken cancellationToken)
    {
        var within = await store.PartsAsync(judged.Number, s_child, long.MaxValue, 1, cancellationToken);
        if (within.Count == 0)
        {
            return false;
        }
        if (judged.Item.Rules?.IsOfLots != true && !LotBalance.IsOfLot(within[0].Quantity, within[0].Unit))
        {
            return true;
        }
        var sums = await store.SumAsync(judged.Number, s_child, long.MaxValue, long.MaxValue, cancellationToken);
        return sums.Any(sum => !Carriers.IsAssembly(sum.Holder, things.Catalog));
    }

    // What came off something may have been sent away with that.
    private static bool MayLeave(ItemEvent part) => part.Role == MemberRole.Removed || TakesAway(part.Type);

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
