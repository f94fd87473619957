using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>A tombstone is used for nothing.</summary>
internal sealed class RevokedRule : IIntentRule
{
    public ValueTask JudgeAsync(IntentCase judged, List<IntentReason> reasons, CancellationToken cancellationToken)
    {
        if (judged.Record.Status == RecordStatus.Revoked)
        {
            reasons.Add(new("Revoked", new("The identifier was revoked.", "该标识已注销。")));
        }
        return default;
    }
}

/// <summary>What is held, or was made from something held, is not used.</summary>
internal sealed class HeldRule(StatusReader statuses) : IIntentRule
{
    public async ValueTask JudgeAsync(
        IntentCase judged,
        List<IntentReason> reasons,
        CancellationToken cancellationToken
    )
    {
        if (!judged.MayBeHeld && judged.IsHeld)
        {
            await AddAsync(judged.Number, reasons, cancellationToken);
        }
    }

    /// <summary>Adds why an item is held.</summary>
    public async ValueTask AddAsync(long item, List<IntentReason> reasons, CancellationToken cancellationToken)
    {
        foreach (var hold in await statuses.HoldsAsync(item, cancellationToken))
        {
            var why = hold.Reason is { } reason ? $": {reason}" : ".";
            var zh = hold.Reason is { } cause ? $"：{cause}" : "。";
            reasons.Add(
                hold.IsOwn
                    ? new("Held", new($"The item is held{why}", $"该标识已冻结{zh}"))
                    : new("AncestorHeld", new($"Something that it was made from is held{why}", $"其来源物料已冻结{zh}"))
            );
        }
    }
}

/// <summary>What has passed the date that its template names is not used, shipped or installed.</summary>
internal sealed class ExpiredRule(PlantClock plant) : IIntentRule
{
    public ValueTask JudgeAsync(IntentCase judged, List<IntentReason> reasons, CancellationToken cancellationToken)
    {
        if (
            judged.Kind != IntentKind.Move
            && judged.Item.Rules?.Expiry is { } code
            && judged.Item.Value(code) is { } until
            && LastDay.IsOver(until, Micros.Now(plant.Time), plant)
        )
        {
            reasons.Add(new("Expired", new($"It expired: {code} is {until}.", $"已过期：{code} 为 {until}。")));
        }
        return default;
    }
}

/// <summary>What the template of an assembly refuses is not put into it; what it only reports is.</summary>
internal sealed class WrongTemplateRule : IIntentRule
{
    public ValueTask JudgeAsync(IntentCase judged, List<IntentReason> reasons, CancellationToken cancellationToken)
    {
        if (judged.Subjects.Into is { Rules: { Links.Count: > 0 } trace } into)
        {
            var kind = EventNames.Of(judged.Kind == IntentKind.Use ? LinkKinds.Consumes : LinkKinds.Contains);
            var code = judged.Item.TemplateCode;
            if (LinkCase.Refuses(trace, kind) && LinkCase.RuleOf(trace, kind, code) is null)
            {
                reasons.Add(
                    new(
                        "WrongTemplate",
                        new(
                            $"An item of template {into.TemplateCode} does not take one of template {code ?? "none"}.",
                            $"模板 {into.TemplateCode} 的标识不接受模板 {code ?? "（无）"} 的标识。"
                        )
                    )
                );
            }
        }
        return default;
    }
}

/// <summary>
/// A piece that is built into something else, or was used up, is not used again; of a lot, what is left counts. What is
/// on a carrier is free.
/// </summary>
internal sealed class AlreadyUsedRule(IEventStore store, IntentThings things) : IIntentRule
{
    // The latest parts of each role that tell whether it is a lot.
    private const int MostLooked = 1_000;

    private static readonly MemberRole[] s_roles = [MemberRole.Child, MemberRole.Removed, MemberRole.Input];

    public async ValueTask JudgeAsync(
        IntentCase judged,
        List<IntentReason> reasons,
        CancellationToken cancellationToken
    )
    {
        if (judged.Kind == IntentKind.Move || (judged.IsFresh && judged.Quantity is null))
        {
            return;
        }
        var parts = await store.PartsAsync(judged.Number, s_roles, long.MaxValue, 1, cancellationToken);
        var uses = parts.Where(static p => p.Role != MemberRole.Removed).ToList();
        if (uses.Count == 0 && judged.Quantity is null)
        {
            return;
        }
        if (uses.Count == 0 || await IsLotAsync(judged, uses[0], cancellationToken))
        {
            await JudgeLotAsync(judged, reasons, cancellationToken);
        }
        else if (await IsUsedAsync(judged, parts, cancellationToken))
        {
            reasons.Add(new("AlreadyUsed", new("It was used already.", "该标识已被使用。")));
        }
    }

    /// <summary>
    /// True if the template says how much a lot was, or so much of the item was used last. Who says of a piece that one
    /// was used does not make a lot of it.
    /// </summary>
    private async ValueTask<bool> IsLotAsync(
        IntentCase judged,
        ItemEvent lastUse,
        CancellationToken cancellationToken
    ) =>
        judged.Item.Rules?.IsOfLots == true
        || (
            lastUse.Quantity is not null
            && (
                await store.PartsAsync(judged.Number, LotBalance.Roles, long.MaxValue, MostLooked, cancellationToken)
            ).Any(static part => LotBalance.IsOfLot(part.Quantity, part.Unit))
        );

    /// <summary>
    /// True if the piece is built into something, or was used up and not taken out since. That is no reason where it is
    /// only asked about what it went into itself; to record that again would be a second use.
    /// </summary>
    private async ValueTask<bool> IsUsedAsync(
        IntentCase judged,
        IReadOnlyList<ItemEvent> parts,
        CancellationToken cancellationToken
    )
    {
        var into = judged.IsRecording ? 0 : judged.Into;
        if (parts[0].Role != MemberRole.Removed && parts.FirstOrDefault(IsInput) is { Event: > 0 } input)
        {
            return !await IsOutputAsync(input, into, cancellationToken);
        }
        var parents = new CurrentParent(store, long.MaxValue);
        await foreach (var (part, parent) in parents.ClimbAsync(judged.Number, cancellationToken))
        {
            if (parent == into)
            {
                return false;
            }
            // Nobody installs something on a pallet.
            if (
                part.Type is EventType.Install or EventType.Replace
                || await things.IsAssemblyAsync(parent, cancellationToken)
            )
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsInput(ItemEvent part) => part.Role == MemberRole.Input;

    private async ValueTask JudgeLotAsync(
        IntentCase judged,
        List<IntentReason> reasons,
        CancellationToken cancellationToken
    )
    {
        var book = await LotBook.ReadAsync(
            store,
            judged.Number,
            (long.MaxValue, long.MaxValue),
            things.Catalog,
            LotMade.Of(judged.Item),
            cancellationToken
        );
        Judge(book.Balances, judged, reasons);
    }

    private static void Judge(IReadOnlyList<LotBalance> balances, IntentCase judged, List<IntentReason> reasons)
    {
        var (wantedKind, wantedFactor) = MeasuredUnit.Of(judged.Unit);
        LotBalance? other = null;
        var isInUnit = false;
        foreach (var balance in balances)
        {
            var (kind, factor) = MeasuredUnit.Of(balance.Unit);
            var wanted = kind == wantedKind ? (judged.Quantity ?? 0) * wantedFactor / factor : 0;
            if (balance.Left is { } left && (left <= 0 || left < wanted))
            {
                reasons.Add(
                    new(
                        "UsedUp",
                        new("Nothing of the lot is left, or less than is wanted.", "该批次已无剩余，或不足所需数量。")
                    )
                );
                return;
            }
            isInUnit |= kind == wantedKind;
            other ??= kind != wantedKind && balance.Made is not null ? balance : null;
        }
        if (judged.Quantity is not null && !isInUnit && other is not null)
        {
            var (unit, wanted) = (other.Unit ?? "pieces", judged.Unit ?? "pieces");
            var (unitZh, wantedZh) = (other.Unit ?? "件", judged.Unit ?? "件");
            reasons.Add(
                new(
                    "WrongUnit",
                    new(
                        $"The lot is counted in {unit}: whether so much is left cannot be told in {wanted}.",
                        $"该批次以 {unitZh} 计量，无法按 {wantedZh} 判断剩余数量是否足够。"
                    )
                )
            );
        }
    }

    private async ValueTask<bool> IsOutputAsync(ItemEvent input, long item, CancellationToken cancellationToken) =>
        item != 0
        && (await store.MembersAsync([input.Event], [MemberRole.Output], cancellationToken)).Any(o => o.Item == item);
}
