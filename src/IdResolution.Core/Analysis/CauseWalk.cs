using IdResolution.Core.Events;
using IdResolution.Core.Traceability;

namespace IdResolution.Core.Analysis;

/// <summary>
/// Reads what leads back from many items, and what happened to all of it, a generation after the other. What is read of
/// one item is read of all: a generation that finds no end is taken back. It is run once.
/// </summary>
internal sealed class CauseWalk(
    IEventStore store,
    CommonQuery query,
    long number,
    TraceWork work,
    CauseGraph graph,
    TraceHold hold
)
{
    /// <summary>The most events of an item in one role; of those that have more the latest.</summary>
    public const int MaxParts = 1_000;

    private const int Batch = 256;
    private const int EventBatch = 64;

    // What an item was used for is not what made it.
    private static readonly MemberRole[] s_own = [MemberRole.Output, MemberRole.Parent, MemberRole.Item];

    private readonly Containment _containment = new(store, number);
    private readonly List<EventLink> _links = [];
    private readonly List<(long Number, long Time)> _new = [];
    private readonly List<Measured> _measured = [];
    private readonly MemberRole[] _roles = [.. Roles().Where(role => query.Wants(KindOf(role)))];
    private readonly long _began = work.Time.GetTimestamp();

    /// <summary>The generations that were read to their end; 1 for the items that are compared.</summary>
    public int Generations { get; private set; }

    /// <summary>True if there is no memory for it.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Reads all, or as much as the bounds let it. True if it is all.</summary>
    public async ValueTask<bool> RunAsync(CancellationToken cancellationToken)
    {
        graph.Keep();
        for (var first = 0; first < graph.Items; )
        {
            var end = graph.Items;
            for (; first < end; first += Batch)
            {
                if (!await ReadAsync(first, Math.Min(Batch, end - first), cancellationToken))
                {
                    graph.TakeBack();
                    return false;
                }
            }
            first = end;
            Generations++;
            graph.Keep();
        }
        return true;
    }

    private bool IsSpent()
    {
        IsRefused = !hold.TryHold(graph.Bytes);
        return IsRefused
            || graph.Items > query.Budget
            || graph.LinkCount > (long)query.Budget * CauseGraph.LinksOfItem
            || graph.Events > CauseGraph.MaxEvents
            || graph.Mentions > CauseGraph.MaxMentions
            || work.Time.GetElapsedTime(_began) > query.Time;
    }

    /// <summary>Reads the events and links of some items. False once a bound is reached.</summary>
    private async ValueTask<bool> ReadAsync(int first, int count, CancellationToken cancellationToken)
    {
        var items = new long[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = graph.ItemAt(first + i);
        }
        return await ReadEventsAsync(items, cancellationToken) && await ReadLinksAsync(items, cancellationToken);
    }

    private async ValueTask<bool> ReadLinksAsync(long[] items, CancellationToken cancellationToken)
    {
        var position = default(LinkPosition);
        var near = 0;
        while (position.Item < items.Length)
        {
            using (await work.TakeTurnAsync(cancellationToken))
            {
                _links.Clear();
                var page = new LinkQuery
                {
                    Items = items,
                    Backward = true,
                    Kinds = LinkKinds.Consumes | LinkKinds.Contains,
                    Number = number,
                    After = position,
                };
                position = await store.LinksAsync(page, _links, cancellationToken);
                foreach (var link in _links)
                {
                    for (; items[near] != link.Near; near++)
                    {
                        graph.EndLinks();
                    }
                    if (await HoldsAsync(link, cancellationToken))
                    {
                        graph.AddLink(link.Far);
                    }
                }
            }
            if (IsSpent())
            {
                return false;
            }
        }
        for (; near < items.Length; near++)
        {
            graph.EndLinks();
        }
        return true;
    }

    /// <summary>True if what a link says was so at the time asked for.</summary>
    private async ValueTask<bool> HoldsAsync(EventLink link, CancellationToken cancellationToken) =>
        query.At is not { } at
        || (
            link.Time <= at
            && (
                link.Kind != LinkKinds.Contains
                || await _containment.EndAsync(link.Near, link.Far, link.Time, link.Event, cancellationToken) > at
            )
        );

    private async ValueTask<bool> ReadEventsAsync(long[] items, CancellationToken cancellationToken)
    {
        using (await work.TakeTurnAsync(cancellationToken))
        {
            var parts = await store.PartsOfAsync(items, s_own, number, MaxParts, cancellationToken);
            _new.Clear();
            foreach (var own in parts)
            {
                for (var i = 0; i < own.Count; i++)
                {
                    if (Counts(own[i].Type) && !(own[i].Time > query.At) && graph.AddEvent(own[i].Event))
                    {
                        _new.Add((own[i].Event, own[i].Time));
                    }
                }
                graph.EndEvents();
            }
        }
        for (var first = 0; first < _new.Count; first += EventBatch)
        {
            using (await work.TakeTurnAsync(cancellationToken))
            {
                await ReadMentionsAsync(
                    _new.GetRange(first, Math.Min(EventBatch, _new.Count - first)),
                    cancellationToken
                );
            }
            if (IsSpent())
            {
                return false;
            }
        }
        return !IsSpent();
    }

    private async ValueTask ReadMentionsAsync(
        List<(long Number, long Time)> events,
        CancellationToken cancellationToken
    )
    {
        var numbers = events.ConvertAll(static e => e.Number);
        var members = await store.MembersAsync(numbers, _roles, cancellationToken);
        var states = query.Wants(CauseKind.Measurement) ? await store.FindAllAsync(numbers, cancellationToken) : [];
        var (member, state) = (0, 0);
        foreach (var (eventNumber, time) in events)
        {
            for (; member < members.Count && members[member].Event == eventNumber; member++)
            {
                graph.AddMention(new FeatureKey(KindOf(members[member].Role), members[member].Item), time);
            }
            if (state < states.Count && states[state].Object == eventNumber)
            {
                AddMeasured(states[state++]);
            }
            graph.EndMentions();
        }
    }

    private void AddMeasured(StoredEvent stored)
    {
        _measured.Clear();
        var step = Measured.Read(stored, _measured);
        foreach (var one in _measured)
        {
            if (double.IsFinite(one.Number))
            {
                graph.AddMention(
                    new FeatureKey(CauseKind.Measurement, 0, one.Characteristic, one.Unit, step),
                    one.Number
                );
            }
        }
    }

    // What was done with items because they are bad is no cause of it.
    private static bool Counts(EventType type) =>
        type
            is not (
                EventType.Hold
                or EventType.Release
                or EventType.Disassemble
                or EventType.Decommission
                or EventType.Destroy
                or EventType.Correct
            );

    private static MemberRole[] Roles() =>
        [MemberRole.Equipment, MemberRole.Tool, MemberRole.Person, MemberRole.Process, MemberRole.Place];

    private static CauseKind KindOf(MemberRole role) =>
        role switch
        {
            MemberRole.Equipment => CauseKind.Equipment,
            MemberRole.Tool => CauseKind.Tool,
            MemberRole.Person => CauseKind.Person,
            MemberRole.Process => CauseKind.Process,
            _ => CauseKind.Place,
        };
}
