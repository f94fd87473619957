using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What is on a carrier is judged with it: what is held, revoked, expired, or not wanted by the order. A line that
/// names the carrier itself takes it with all that is on it.
/// </summary>
internal sealed class LoadRule(IEventStore store, IntentThings things, HeldRule holds, IIntentRule[] rules)
    : IIntentRule
{
    // A pallet of a held batch has as many reasons as pieces; these are enough to act on.
    private const int MostReasons = 100;

    public async ValueTask JudgeAsync(
        IntentCase judged,
        List<IntentReason> reasons,
        CancellationToken cancellationToken
    )
    {
        if (judged.Load.IsTooMuch)
        {
            reasons.Add(
                new(
                    "TooLarge",
                    new(
                        $"More than {CarrierLoad.MaxItems} items are on it: they are not judged at once.",
                        $"其上的标识超过 {CarrierLoad.MaxItems} 个，无法一次判定。"
                    )
                )
            );
        }
        var held = await HeldAsync(judged, cancellationToken);
        var named = WrongMaterialRule.Takes(judged) ? new HashSet<long> { judged.Number } : [];
        for (var i = 0; i < judged.Load.Items.Count && reasons.Count < MostReasons; i++)
        {
            var (item, carrier) = judged.Load.Items[i];
            var found = new List<IntentReason>();
            if (held.Contains(item.Number))
            {
                await holds.AddAsync(item.Number, found, cancellationToken);
            }
            await JudgeAsync(judged, item, found, cancellationToken);
            if (named.Contains(carrier) || await IsNamedAsync(judged, item, cancellationToken))
            {
                named.Add(item.Number);
            }
            else if (!judged.Load.Carriers.Contains(item.Number))
            {
                WrongMaterialRule.Add(judged, found);
            }
            reasons.AddRange(found.Select(reason => OnIt(item.Spelling, reason)));
        }
    }

    private async ValueTask<HashSet<long>> HeldAsync(IntentCase judged, CancellationToken cancellationToken)
    {
        var held = new HashSet<long>();
        var items = judged.MayBeHeld ? [] : judged.Load.Items.Select(static one => one.Item.Number);
        foreach (var some in items.Chunk(CarrierContents.ItemsAtOnce))
        {
            held.UnionWith((await store.HoldsAsync(some, cancellationToken)).Select(static hold => hold.Item));
        }
        return held;
    }

    private async ValueTask JudgeAsync(
        IntentCase judged,
        TraceItem item,
        List<IntentReason> found,
        CancellationToken cancellationToken
    )
    {
        if (
            (item.IsRevoked || things.MayExpire(item))
            && await things.RecordOfAsync(item, cancellationToken) is { } record
        )
        {
            var inside = judged with { Item = record };
            foreach (var rule in rules)
            {
                await rule.JudgeAsync(inside, found, cancellationToken);
            }
        }
    }

    /// <summary>True if a line names the item, or the order covers such, or nothing says what is wanted.</summary>
    private async ValueTask<bool> IsNamedAsync(IntentCase judged, TraceItem item, CancellationToken cancellationToken)
    {
        if (judged.Subjects.Lines is not { } lines)
        {
            return !judged.Plan.Any || judged.Plan.Names(item.Number, item.Template);
        }
        var record = await things.RecordOfAsync(item, cancellationToken);
        return WrongMaterialRule.Names(
            lines,
            record?.Names() ?? new HashSet<string>(StringComparer.OrdinalIgnoreCase) { item.Spelling }
        );
    }

    /// <summary>A reason as that of something on a carrier.</summary>
    internal static IntentReason OnIt(string item, IntentReason reason) =>
        reason with
        {
            Message = new($"On it: {item}. {reason.Message.En}", $"其上的 {item}：{reason.Message.Zh}"),
        };
}
