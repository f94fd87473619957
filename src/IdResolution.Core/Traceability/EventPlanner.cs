using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Makes of an event that was sent the write of it, or the refusal. Thread-safe.</summary>
public sealed class EventPlanner(
    IEventStore store,
    EventChecker checker,
    LinkRuleCheck links,
    EventKeys keys,
    MistypedThings mistyped
)
{
    /// <summary>The write of an event, with its content.</summary>
    internal async ValueTask<Result<(EventWrite Write, EventContent Content)>> PlanAsync(
        EventRequest request,
        Caller caller,
        CancellationToken cancellationToken
    ) => (await PlanAsync([request], caller, cancellationToken))[0];

    /// <summary>The same of many: what their items are is asked of the store for all at once.</summary>
    internal async ValueTask<Result<(EventWrite Write, EventContent Content)>[]> PlanAsync(
        IReadOnlyList<Result<EventRequest>> requests,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var uris = await checker.KnowAsync(requests, caller, cancellationToken);
        var contents = new Result<EventContent>[requests.Count];
        var found = new List<EventContent>(requests.Count);
        for (var i = 0; i < contents.Length; i++)
        {
            contents[i] = requests[i].TryGet(out var request, out var error)
                ? await checker.CheckAsync(request, null, uris, caller, cancellationToken)
                : error;
            if (contents[i].TryGet(out var content, out _))
            {
                found.Add(content);
            }
        }
        var known = await links.ReadAsync(found, cancellationToken);
        var plans = new Result<(EventWrite Write, EventContent Content)>[contents.Length];
        var mayBeHeld = false;
        for (var i = 0; i < plans.Length; i++)
        {
            plans[i] = contents[i].TryGet(out var content, out var error)
                ? await PlanAsync(content, known, caller, cancellationToken)
                : error;
            if (mayBeHeld && content is not null)
            {
                // A hold before it in the list is not written yet.
                content.Findings = Sure(content.Findings);
            }
            mayBeHeld |= content?.Meant == EventType.Hold;
        }
        return plans;
    }

    /// <summary>Findings without those of releases, which hold for the store as it was.</summary>
    internal static IReadOnlyList<EventFinding> Sure(IReadOnlyList<EventFinding> findings) =>
        [.. findings.Where(static finding => finding.Code != EventFinding.NothingReleased)];

    private async ValueTask<Result<(EventWrite Write, EventContent Content)>> PlanAsync(
        EventContent content,
        KnownTemplates? known,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (
            await RefusalAsync(content, known, caller, cancellationToken) is { } refused
            // What was taken is the same again, whatever its items and templates are now.
            && !(await FindAsync(content, caller, cancellationToken)).IsSame
        )
        {
            return refused;
        }
        var planned = await PlanAsync(content, caller, cancellationToken);
        return planned.TryGet(out var write, out var error) ? (write, content) : error;
    }

    /// <inheritdoc cref="EventChecker.CheckAsync"/>
    internal ValueTask<Result<EventContent>> CheckAsync(
        EventRequest request,
        EventThing? self,
        Caller caller,
        CancellationToken cancellationToken
    ) => checker.CheckAsync(request, self, null, caller, cancellationToken);

    /// <inheritdoc cref="EventKeys.IdentitiesAsync"/>
    internal ValueTask<IReadOnlyList<byte[]>> IdentitiesAsync(
        string source,
        string key,
        CancellationToken cancellationToken
    ) => keys.IdentitiesAsync(source, key, cancellationToken);

    /// <inheritdoc cref="EventKeys.NamesNewSource"/>
    internal bool NamesNewSource(EventContent content, Caller caller) => keys.NamesNewSource(content, caller);

    /// <summary>The write of a checked event; one that is only tried makes no source.</summary>
    internal async ValueTask<Result<EventWrite>> PlanAsync(
        EventContent content,
        Caller caller,
        CancellationToken cancellationToken,
        bool isTry = false
    )
    {
        var state = EventState.Encode(content);
        if (state.Length > EventRules.MaxBytes || new StateReader(state).Count > Commitments.Most)
        {
            return EventErrors.TooLarge();
        }
        var digest = keys.DigestOf(content, state);
        var identity = isTry
            ? keys.TriedIdentity(content, digest, caller)
            : await keys.IdentityAsync(content, digest, caller, cancellationToken);
        if (!identity.TryGet(out var recognised, out var error))
        {
            return error;
        }
        return new EventWrite
        {
            Type = content.Meant,
            Time = content.Time,
            Identity = await StandingAsync(content, recognised, cancellationToken),
            FormerIdentity = await keys.FormerAsync(content, caller, cancellationToken),
            Digest = digest,
            State = state,
            Commitments = Commitments.Of(state),
            Members = content.Members,
            MustBeFree = content.RefusesHeld ? UsedOf(content.Members) : [],
            Voids = content.Voids,
            Hold = content.Scope,
            Ends = content.Ends,
            Actor = caller.Actor,
            RecordedAt = checker.Now,
        };
    }

    /// <summary>
    /// Where nobody said when, an event is about now. One that was voided is then not the same: it is looked for behind
    /// that one.
    /// </summary>
    private async ValueTask<byte[]> StandingAsync(
        EventContent content,
        byte[] identity,
        CancellationToken cancellationToken
    )
    {
        while (
            content.Request is { IsUntimed: true, SourceKey: null, Id: null }
            && (await store.FindByIdentityAsync([identity], cancellationToken))[0]
                is { Voided: > 0, Object: var voided }
        )
        {
            identity = keys.IdentityAfter(voided);
        }
        return identity;
    }

    private static List<ItemKey> UsedOf(IReadOnlyList<EventMember> members) =>
        [.. members.Where(static m => m.Role is MemberRole.Input or MemberRole.Child).Select(static m => m.Item)];

    /// <summary>
    /// The event that is kept under the identity of a checked one, and whether it says the same; null if there is none.
    /// </summary>
    internal async ValueTask<(StoredEvent? Known, bool IsSame)> FindAsync(
        EventContent content,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var digest = keys.DigestOf(content, EventState.Encode(content));
        if (keys.FindIdentity(content, digest, caller) is not { } identity)
        {
            // The source of its key is not there, and so it cannot be either.
            return default;
        }
        identity = await StandingAsync(content, identity, cancellationToken);
        var former = await keys.FormerAsync(content, caller, cancellationToken);
        var all = await store.FindByIdentityAsync(former is null ? [identity] : [identity, former], cancellationToken);
        var found = all.FirstOrDefault(static one => one is not null);
        return (found, found?.Digest.AsSpan().SequenceEqual(digest) == true);
    }

    /// <summary>
    /// Refuses what the templates of its items do not take. Looks at the events that an event names: what it corrects,
    /// and the holds that it ends.
    /// </summary>
    internal async ValueTask<Error?> RefusalAsync(
        EventContent content,
        Caller caller,
        CancellationToken cancellationToken
    ) => await RefusalAsync(content, await links.ReadAsync([content], cancellationToken), caller, cancellationToken);

    private async ValueTask<Error?> RefusalAsync(
        EventContent content,
        KnownTemplates? known,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var faults = new Faults();
        if (known is not null)
        {
            var verdict = await links.CheckAsync(content, known, cancellationToken);
            if (verdict.Faults.TryCombine(out var unfit))
            {
                faults.Add(unfit);
            }
            content.Findings = verdict.Findings;
            content.RefusesHeld = verdict.RefusesHeld;
        }
        if (content.Voids != 0)
        {
            if (await CheckVoidedAsync(content, caller, faults, cancellationToken) is { } denied)
            {
                // Who may not do it is told that alone.
                return denied;
            }
        }
        for (var i = 0; i < content.Ends?.Count; i++)
        {
            await CheckEndedAsync(content, i, faults, cancellationToken);
        }
        if (content is { Meant: EventType.Release, Ends: null })
        {
            Tell(content, await NotHeldAsync(content.Items, cancellationToken));
        }
        if (faults.TryCombine(out var error))
        {
            return error;
        }
        if (await mistyped.FindAsync(content, cancellationToken) is { Count: > 0 } doubtful)
        {
            Tell(content, doubtful);
        }
        return null;
    }

    private static void Tell(EventContent content, IEnumerable<EventFinding> more) =>
        content.Findings = [.. content.Findings.Concat(more).Take(EventFinding.Most)];

    private async ValueTask<IEnumerable<EventFinding>> NotHeldAsync(
        IReadOnlyList<EventThing> items,
        CancellationToken cancellationToken
    )
    {
        var numbers = await store.NumbersAsync([.. items.Select(static item => item.Key)], cancellationToken);
        var held = (await store.HoldsAsync(numbers, cancellationToken))
            .Where(static hold => hold.IsOwn)
            .Select(static hold => hold.Item)
            .ToHashSet();
        return items
            .Where((_, i) => !held.Contains(numbers[i]))
            .Take(EventFinding.Most)
            .Select(static item => new EventFinding(
                EventFinding.NothingReleased,
                new($"No hold was placed on {item.Name}.", $"{item.Name} 上没有直接的冻结。")
            ));
    }

    private async ValueTask<Error?> CheckVoidedAsync(
        EventContent content,
        Caller caller,
        Faults faults,
        CancellationToken cancellationToken
    )
    {
        var wrong = await store.FindAsync(content.Voids, cancellationToken);
        if (wrong is null)
        {
            faults.Add(EventErrors.NotGiven(content.Request.Corrects!, "corrects"));
        }
        else if (!caller.Is(Role.Admin) && (caller.Actor == 0 || wrong.Actor != caller.Actor))
        {
            return Error.Of(
                ErrorCode.Forbidden,
                "corrects: another key sent that event; correcting it needs a key with role admin.",
                "corrects：该事件由其他密钥发送，更正需要角色为 admin 的密钥。",
                "corrects"
            );
        }
        return null;
    }

    private async ValueTask CheckEndedAsync(
        EventContent content,
        int place,
        Faults faults,
        CancellationToken cancellationToken
    )
    {
        if (await store.FindAsync(content.Ends![place], cancellationToken) is not { Type: EventType.Hold } hold)
        {
            faults.Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    $"holds[{place}]: that event is no hold.",
                    $"holds[{place}]：该事件不是 hold 事件。",
                    $"holds[{place}]"
                )
            );
        }
        else if (hold.Time > content.Time)
        {
            faults.Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    $"holds[{place}]: the hold began after the time of this release, which does not end it.",
                    $"holds[{place}]：该冻结晚于此解除的时间，无法由其解除。",
                    $"holds[{place}]"
                )
            );
        }
    }
}
