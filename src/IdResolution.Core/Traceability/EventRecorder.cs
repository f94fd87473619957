using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Takes events in. The store's transaction decides about conflicts. Thread-safe.</summary>
public sealed class EventRecorder(
    IEventStore store,
    EventChecker checker,
    EventKeys keys,
    EventIds ids,
    HoldSpreader holds,
    EventNotes notes
)
{
    /// <summary>Takes one event in. The same again is answered with the event that is there.</summary>
    public async Task<Result<RecordedEvent>> RecordAsync(
        EventRequest request,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var results = await RecordAsync([request], caller, cancellationToken);
        return results[0];
    }

    /// <summary>
    /// Takes many events in, in the order given. One that a front end could not decode has its error as result; a
    /// refused one does not stop the others.
    /// </summary>
    public async Task<Result<RecordedEvent>[]> RecordAsync(
        IReadOnlyList<Result<EventRequest>> decoded,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var results = new Result<RecordedEvent>[decoded.Count];
        if (AccessPolicy.RequireOfNode(caller, Role.Registrar) is { } refusal)
        {
            Array.Fill(results, refusal);
            return results;
        }
        var writes = new List<EventWrite>(decoded.Count);
        var contents = new List<EventContent>(decoded.Count);
        var positions = new List<int>(decoded.Count);
        for (var i = 0; i < results.Length; i++)
        {
            var planned = decoded[i].TryGet(out var request, out var error)
                ? await PlanAsync(request, caller, cancellationToken)
                : error;
            if (planned.TryGet(out var plan, out error))
            {
                writes.Add(plan.Write);
                contents.Add(plan.Content);
                positions.Add(i);
            }
            else
            {
                results[i] = error;
            }
        }
        var outcomes = await store.WriteAsync(writes, cancellationToken);
        for (var i = 0; i < outcomes.Count; i++)
        {
            results[positions[i]] = ResultOf(outcomes[i], contents[i].Request);
        }
        // First, since the caller may leave while a hold spreads.
        await notes.NoteAsync(contents, outcomes, caller);
        await SpreadAsync(writes, outcomes, cancellationToken);
        return results;
    }

    /// <summary>The same for events that need no decoding.</summary>
    public async Task<Result<RecordedEvent>[]> RecordAsync(
        EventRequest[] requests,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        await RecordAsync(
            Array.ConvertAll(requests, static request => (Result<EventRequest>)request),
            caller,
            cancellationToken
        );

    private async ValueTask<Result<(EventWrite Write, EventContent Content)>> PlanAsync(
        EventRequest request,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var found = await checker.CheckAsync(request, caller, cancellationToken);
        if (!found.TryGet(out var content, out var error))
        {
            return error;
        }
        if (await RefusalAsync(content, caller, cancellationToken) is { } refused)
        {
            return refused;
        }
        var state = EventState.Encode(content);
        if (state.Length > EventRules.MaxBytes || new StateReader(state).Count > Commitments.Most)
        {
            return EventErrors.TooLarge();
        }
        var digest = keys.DigestOf(content);
        var identity = await keys.IdentityAsync(content, digest, caller, cancellationToken);
        if (!identity.TryGet(out var recognised, out error))
        {
            return error;
        }
        var write = new EventWrite
        {
            Type = content.Meant,
            Time = content.Time,
            Identity = recognised,
            Digest = digest,
            State = state,
            Commitments = Commitments.Of(state),
            Members = content.ToMembers(),
            Voids = content.Voids,
            Hold = content.Scope,
            Ends = content.Ends,
            Actor = caller.Actor,
            RecordedAt = checker.Now,
        };
        return (write, content);
    }

    /// <summary>Looks at the events that an event names: what it corrects, and the holds that it ends.</summary>
    private async ValueTask<Error?> RefusalAsync(
        EventContent content,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (content.Voids != 0)
        {
            var wrong = await store.FindAsync(content.Voids, cancellationToken);
            if (wrong is null)
            {
                return EventErrors.NotGiven(content.Request.Corrects!, "corrects");
            }
            if (!caller.Is(Role.Admin) && (caller.Actor == 0 || wrong.Actor != caller.Actor))
            {
                return Error.Of(
                    ErrorCode.Forbidden,
                    "corrects: another key sent that event; correcting it needs a key with role admin.",
                    "corrects：该事件由其他密钥发送，更正需要角色为 admin 的密钥。",
                    "corrects"
                );
            }
        }
        for (var i = 0; i < content.Ends?.Count; i++)
        {
            if (await store.FindAsync(content.Ends[i], cancellationToken) is not { Type: EventType.Hold } hold)
            {
                return Error.Of(
                    ErrorCode.InvalidValue,
                    $"holds[{i}]: that event is no hold.",
                    $"holds[{i}]：该事件不是 hold 事件。",
                    $"holds[{i}]"
                );
            }
            if (hold.Time > content.Time)
            {
                return Error.Of(
                    ErrorCode.InvalidValue,
                    $"holds[{i}]: the hold began after the time of this release, which does not end it.",
                    $"holds[{i}]：该冻结晚于此解除的时间，无法由其解除。",
                    $"holds[{i}]"
                );
            }
        }
        return null;
    }

    private Result<RecordedEvent> ResultOf(EventWriteResult result, EventRequest request) =>
        result.Outcome switch
        {
            EventOutcome.Created or EventOutcome.Same => new RecordedEvent(
                result.Outcome,
                ids.Of(result.Object),
                result.Sequence
            ),
            EventOutcome.KeyTaken => EventErrors.KeyTaken(ids.Of(result.Object)),
            EventOutcome.AlreadyCorrected => EventErrors.AlreadyCorrected(request.Corrects!),
            EventOutcome.Cycle => EventErrors.Cycle(result.Path),
            _ => result.Error!,
        };

    /// <summary>
    /// Has holds reach everything made from their items before the events are acknowledged. One that is sent again may
    /// not have reached it yet.
    /// </summary>
    private async Task SpreadAsync(
        List<EventWrite> writes,
        IReadOnlyList<EventWriteResult> outcomes,
        CancellationToken cancellationToken
    )
    {
        for (var i = 0; i < outcomes.Count; i++)
        {
            foreach (var hold in outcomes[i].Spreads)
            {
                await holds.SpreadAsync(hold, cancellationToken);
            }
            if (outcomes[i].Outcome == EventOutcome.Same && writes[i].Hold == HoldScope.MadeFrom)
            {
                await holds.SpreadAsync(outcomes[i].Object, cancellationToken);
            }
        }
    }
}
