using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>Records what is done with an item that was scanned, where nothing is against it. Thread-safe.</summary>
public sealed class IntentRecorder(EventRecorder recorder, IntentRuleList rules, FulfilmentReader orders)
{
    /// <summary>The most events of an order that a scan tells of. Reading more would make each scan slow.</summary>
    public const int MaxEvents = 1_000;

    private const int MostTries = 100;

    /// <summary>The event that was recorded under the key of a request; null for none.</summary>
    internal ValueTask<RecordedEvent?> FindAsync(
        EventRequest request,
        Caller caller,
        CancellationToken cancellationToken
    ) => recorder.FindAsync(request, caller, cancellationToken);

    /// <summary>The answer for an event that was recorded, with what became of its order.</summary>
    internal async ValueTask<Result<IntentAnswer>> AnswerAsync(
        string identifier,
        RecordedEvent recorded,
        RuledRecord? order,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var answer = new IntentAnswer(identifier, [], recorded);
        if (order is null)
        {
            return answer;
        }
        var name = Identifier.Parse(order.Identifier).Value;
        // The event is recorded, whatever can be said of its order.
        return (await orders.ReadAsync(name, caller, cancellationToken, MaxEvents)).TryGet(out var became, out _)
            ? answer with
            {
                Order = became,
            }
            : answer;
    }

    /// <summary>
    /// Records the event if nothing is against it. The store refuses it where the item was used, or it or something on
    /// it was held since it was judged: then it is judged again. So of many that want the same piece one gets it.
    /// </summary>
    internal async ValueTask<Result<IntentAnswer>> RecordAsync(
        string identifier,
        IntentCase judged,
        EventRequest request,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        for (var i = 0; i < MostTries; i++)
        {
            var number = await rules.HeadAsync(cancellationToken);
            var (reasons, load) = await rules.JudgeAsync(judged, cancellationToken);
            if (reasons.Count > 0)
            {
                // The same may have been sent twice at once.
                return await recorder.FindAsync(request, caller, cancellationToken) is { } known
                    ? await AnswerAsync(identifier, known, judged.Subjects.Order, caller, cancellationToken)
                    : new IntentAnswer(identifier, reasons);
            }
            var restsOn = new ItemAt(ItemKey.Stored(judged.Record.Key.Bytes), number);
            ItemKey[] free = judged.MayBeHeld ? [] : [restsOn.Item, .. load.Items.Select(static one => one.Item.Key)];
            var recorded = await recorder.RecordAsync(request, restsOn, free, caller, cancellationToken);
            if (!recorded.TryGet(out var done, out var error))
            {
                return error;
            }
            if (done is not null)
            {
                return await AnswerAsync(identifier, done, judged.Subjects.Order, caller, cancellationToken);
            }
        }
        return Error.Of(
            ErrorCode.Unavailable,
            "The item is used by many callers at this moment. Try again.",
            "当前有大量请求正在使用该标识，请重试。"
        );
    }
}
