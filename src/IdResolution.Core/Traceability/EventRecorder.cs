using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Takes events in. The store's transaction decides about conflicts. Thread-safe.</summary>
public sealed class EventRecorder(
    IEventStore store,
    EventPlanner planner,
    EventIds ids,
    HoldSpreader holds,
    EventNotes notes,
    IEventUpkeep upkeep
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
        var plans = await planner.PlanAsync(decoded, caller, cancellationToken);
        for (var i = 0; i < results.Length; i++)
        {
            if (plans[i].TryGet(out var plan, out var error))
            {
                writes.Add(plan.Write);
                contents.Add(plan.Content);
                positions.Add(i);
            }
            else
            {
                results[i] = Named(error, decoded[i].TryGet(out var request, out _) ? request : null);
            }
        }
        await HealReleasedAsync(writes, cancellationToken);
        var outcomes = await store.WriteAsync(writes, cancellationToken);
        for (var i = 0; i < outcomes.Count; i++)
        {
            var result = ResultOf(outcomes[i], contents[i]);
            results[positions[i]] = result.TryGet(out _, out var error) ? result : Named(error, contents[i].Request);
        }
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i].Error is { } refused)
            {
                notes.Refused(decoded[i].IsOk ? decoded[i].Value.Type : null, refused);
            }
        }
        // First, since the caller may leave while a hold spreads.
        await NoteAsync(contents, outcomes, caller);
        foreach (var spreading in await SpreadAsync(writes, outcomes, cancellationToken))
        {
            results[positions[spreading]] = Spreading(results[positions[spreading]].Value);
        }
        return results;
    }

    /// <summary>The same for a batch, whose denials are in the audit.</summary>
    public async Task<Result<RecordedEvent>[]> RecordBatchAsync(
        IReadOnlyList<Result<EventRequest>> decoded,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var results = await RecordAsync(decoded, caller, cancellationToken);
        notes.Denied(decoded, results, caller);
        return results;
    }

    /// <summary>
    /// A release ends holds by the numbers of its items. One that was registered meanwhile may have them under another:
    /// it gets them before.
    /// </summary>
    private async Task HealReleasedAsync(List<EventWrite> writes, CancellationToken cancellationToken)
    {
        List<ItemKey> items =
        [
            .. writes
                .Where(static w => w is { Type: EventType.Release, Ends: null })
                .SelectMany(static w => w.Members)
                .Where(static m => m.Role == MemberRole.Item)
                .Select(static m => m.Item),
        ];
        if (items.Count == 0)
        {
            return;
        }
        var numbers = await store.NumbersAsync(items, cancellationToken);
        if (await UnregisteredHealer.HealAsync(upkeep, numbers, cancellationToken))
        {
            holds.Ask();
        }
    }

    /// <summary>Notes events that were written in the audit and in the metrics.</summary>
    internal Task NoteAsync(
        IReadOnlyList<EventContent> contents,
        IReadOnlyList<EventWriteResult> outcomes,
        Caller caller
    ) => notes.NoteAsync(contents, outcomes, caller);

    /// <summary>
    /// Takes an event in that rests on an item as it was looked at; null if the item was used since, or one of those
    /// that must be free was held.
    /// </summary>
    internal async Task<Result<RecordedEvent?>> RecordAsync(
        EventRequest request,
        ItemAt restsOn,
        IReadOnlyList<ItemKey> mustBeFree,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var planned = await planner.PlanAsync(request, caller, cancellationToken);
        if (!planned.TryGet(out var plan, out var error))
        {
            return error.Code == ErrorCode.Held ? (RecordedEvent?)null : error;
        }
        var write = plan.Write with { RestsOn = restsOn, MustBeFree = [.. plan.Write.MustBeFree, .. mustBeFree] };
        var outcomes = await store.WriteAsync([write], cancellationToken);
        if (outcomes[0].Outcome is EventOutcome.Changed or EventOutcome.Held)
        {
            return (RecordedEvent?)null;
        }
        await NoteAsync([plan.Content], outcomes, caller);
        var spreading = await SpreadAsync([plan.Write], outcomes, cancellationToken);
        if (!ResultOf(outcomes[0], plan.Content).TryGet(out var recorded, out error))
        {
            return error;
        }
        return spreading.Count > 0 ? Spreading(recorded) : recorded;
    }

    /// <summary>The event that is there already with the key and the content of a request; null for none.</summary>
    internal async ValueTask<RecordedEvent?> FindAsync(
        EventRequest request,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var read = await planner.CheckAsync(request, null, caller, cancellationToken);
        return read.TryGet(out var content, out _) ? await FindAsync(content, caller, cancellationToken) : null;
    }

    /// <summary>The event that is there already with the key and the content of a checked one; null for none.</summary>
    internal async ValueTask<RecordedEvent?> FindAsync(
        EventContent content,
        Caller caller,
        CancellationToken cancellationToken
    ) => await planner.FindAsync(content, caller, cancellationToken) is ({ } known, true) ? Same(known) : null;

    /// <summary>The event that is there already with a key, whatever it says; null for none.</summary>
    internal async ValueTask<RecordedEvent?> FindAsync(string source, string key, CancellationToken cancellationToken)
    {
        var identities = await planner.IdentitiesAsync(source, key, cancellationToken);
        var found = await store.FindByIdentityAsync(identities, cancellationToken);
        return found.FirstOrDefault(static one => one is not null) is { } known ? Same(known) : null;
    }

    private RecordedEvent Same(StoredEvent known) => new(EventOutcome.Same, ids.Of(known.Object), known.Made);

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

    /// <summary>The answer for an event that was written or refused.</summary>
    internal Result<RecordedEvent> ResultOf(EventWriteResult result, EventContent content) =>
        result.Outcome switch
        {
            EventOutcome.Created or EventOutcome.Same => new RecordedEvent(
                result.Outcome,
                ids.Of(result.Object),
                result.Sequence
            )
            {
                // What was released is not held any more when the same comes again.
                Findings = result.Outcome == EventOutcome.Same ? EventPlanner.Sure(content.Findings) : content.Findings,
            },
            EventOutcome.KeyTaken => EventErrors.KeyTaken(ids.Of(result.Object)),
            EventOutcome.AlreadyCorrected => EventErrors.AlreadyCorrected(content.Request.Corrects!),
            EventOutcome.Cycle => EventErrors.Cycle(result.Path),
            EventOutcome.TooDeep => EventErrors.TooDeep(),
            EventOutcome.Held => EventErrors.Held(result.Path[0], content),
            _ => result.Error!,
        };

    /// <summary>A refusal by the fields that were sent.</summary>
    private static Error Named(Error error, EventRequest? request) =>
        request?.Link is { } type ? ErrorFields.OfLink(error, type) : error;

    private static RecordedEvent Spreading(RecordedEvent recorded) =>
        recorded with
        {
            Findings =
            [
                .. recorded.Findings,
                new EventFinding(
                    EventFinding.HoldSpreading,
                    new(
                        "The hold is not in force on everything made from its items yet: it is still going on.",
                        "冻结仍在传播，尚未对其制成的全部标识生效。"
                    )
                ),
            ],
        };

    /// <summary>
    /// Has holds reach everything made from their items before the events are acknowledged. One that is sent again may
    /// not have reached it yet. Returns the events of which a hold has not.
    /// </summary>
    internal async Task<IReadOnlyCollection<int>> SpreadAsync(
        IReadOnlyList<EventWrite> writes,
        IReadOnlyList<EventWriteResult> outcomes,
        CancellationToken cancellationToken
    )
    {
        var spreading = new HashSet<int>();
        for (var i = 0; i < outcomes.Count; i++)
        {
            var isSame = outcomes[i].Outcome == EventOutcome.Same && writes[i].Hold == HoldScope.MadeFrom;
            foreach (var hold in isSame ? [outcomes[i].Object] : outcomes[i].Spreads)
            {
                if (!await holds.SpreadAsync(hold, cancellationToken))
                {
                    spreading.Add(i);
                }
            }
        }
        return spreading;
    }
}
