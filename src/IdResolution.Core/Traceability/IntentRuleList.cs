using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// The rules for the use of items, in the order in which their reasons are told. A new one is added here.
/// </summary>
public sealed class IntentRuleList(
    IEventStore store,
    StatusReader statuses,
    IntentThings things,
    IStockStore stock,
    StockReader stocks,
    PastReader pasts
)
{
    // What stands in more events is looked at rule by rule.
    private const int MostOfFresh = 64;

    private readonly IIntentRule[] _rules =
    [
        new RevokedRule(),
        new HeldRule(statuses),
        new ExpiredRule(pasts.Plant),
        new WrongTemplateRule(),
        new AlreadyUsedRule(store, things),
        new GoneRule(store, things),
        new IncompleteRule(store),
        new OlderFirstRule(store, stock, stocks, things, pasts.Plant.Time),
        new UnknownRule(),
        new NoOrderRule(),
        new WrongMaterialRule(),
        new WrongPlaceRule(things),
        new CalibrationRule(pasts),
        new StrokeRule(pasts),
        new LoadRule(store, things, new HeldRule(statuses), [new RevokedRule(), new ExpiredRule(pasts.Plant)]),
    ];

    /// <summary>The time at which is judged.</summary>
    internal DateTimeOffset Now => pasts.Plant.Time.GetUtcNow();

    /// <summary>The log's head, to be read before what is judged.</summary>
    internal ValueTask<long> HeadAsync(CancellationToken cancellationToken) => store.HeadAsync(cancellationToken);

    /// <summary>All that is against it, and what is on it and was judged with it.</summary>
    internal async ValueTask<(IReadOnlyList<IntentReason> Reasons, CarrierLoad Load)> JudgeAsync(
        IntentCase judged,
        CancellationToken cancellationToken
    )
    {
        var reasons = new List<IntentReason>();
        var situation = await store.SituationAsync(judged.Number, MostOfFresh, cancellationToken);
        var isFresh = IsFresh(situation);
        judged = judged with
        {
            IsFresh = isFresh,
            IsHeld = situation.IsHeld,
            Load = isFresh ? CarrierLoad.None : await things.LoadAsync(judged, cancellationToken),
            Plan = await things.PlanAsync(judged, cancellationToken),
        };
        foreach (var rule in _rules)
        {
            await rule.JudgeAsync(judged, reasons, cancellationToken);
        }
        return (reasons, judged.Load);
    }

    private static bool IsFresh(ItemSituation situation) =>
        situation.Roles is { } roles && !roles.Any(static one => IsUse(one.Role) || GoneRule.TakesAway(one.Type));

    private static bool IsUse(MemberRole role) =>
        role is MemberRole.Input or MemberRole.Child or MemberRole.Removed or MemberRole.Parent;
}
