using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>What lacks parts that its template asks for is not shipped or installed.</summary>
internal sealed class IncompleteRule(IEventStore store) : IIntentRule
{
    public async ValueTask JudgeAsync(
        IntentCase judged,
        List<IntentReason> reasons,
        CancellationToken cancellationToken
    )
    {
        if (
            judged.Kind is not (IntentKind.Ship or IntentKind.Install)
            || judged.Item.Rules is not { } trace
            || !trace.Links.Any(static rule => rule.Least > 0)
        )
        {
            return;
        }
        var counter = new PartCounter(store, long.MaxValue, at: null);
        foreach (var lack in await counter.LacksAsync(judged.Number, trace, cancellationToken))
        {
            reasons.Add(new IntentReason("Incomplete", lack.Message));
        }
    }
}
