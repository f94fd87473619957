using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells until when a child was in a parent: until the first later event that takes it out of this parent or of one not
/// named, or that empties the parent.
/// </summary>
internal sealed class Containment(IGraphReader store, long number)
{
    private const int Page = 256;
    private const int Bound = 16_384;
    private const int FirstParts = 64;

    private static readonly MemberRole[] s_removed = [MemberRole.Removed];
    private static readonly MemberRole[] s_removedFrom = [MemberRole.RemovedFrom];
    private static readonly MemberRole[] s_parents = [MemberRole.RemovedFrom, MemberRole.Parent];

    private readonly Dictionary<long, Removal[]> _removals = [];
    private readonly Dictionary<long, Removal[]> _emptyings = [];

    /// <summary>
    /// The time of the event that ended what a link of kind contains says; <see cref="long.MaxValue"/> if none did. An
    /// event at the same time ends it if it was written later.
    /// </summary>
    public async ValueTask<long> EndAsync(
        long parent,
        long child,
        long time,
        long eventNumber,
        CancellationToken cancellationToken
    )
    {
        if (_removals.Count + _emptyings.Count > Bound)
        {
            _removals.Clear();
            _emptyings.Clear();
        }
        if (!_removals.TryGetValue(child, out var removals))
        {
            removals = await ReadAsync(child, s_removed, s_parents, cancellationToken);
            _removals.Add(child, removals);
        }
        if (!_emptyings.TryGetValue(parent, out var emptyings))
        {
            emptyings = Array.FindAll(
                await ReadAsync(parent, s_removedFrom, s_removed, cancellationToken),
                static removal => removal.Other == 0
            );
            _emptyings.Add(parent, emptyings);
        }
        return Math.Min(First(removals, parent, time, eventNumber), First(emptyings, 0, time, eventNumber));
    }

    private static long First(Removal[] removals, long other, long time, long eventNumber)
    {
        var first = long.MaxValue;
        foreach (var removal in removals)
        {
            if (
                (removal.Other == other || removal.Other == 0)
                && (removal.Time > time || (removal.Time == time && removal.Event > eventNumber))
            )
            {
                first = Math.Min(first, removal.Time);
            }
        }
        return first;
    }

    /// <summary>
    /// The removals that an item has a part in, each with those at its other end, or 0 if none is named.
    /// </summary>
    private async ValueTask<Removal[]> ReadAsync(
        long item,
        MemberRole[] own,
        MemberRole[] other,
        CancellationToken cancellationToken
    )
    {
        var limit = FirstParts;
        var parts = await store.PartsAsync(item, own, number, limit, cancellationToken);
        while (parts.Count >= limit)
        {
            limit *= 16;
            parts = await store.PartsAsync(item, own, number, limit, cancellationToken);
        }
        if (parts.Count == 0)
        {
            return [];
        }
        var found = new List<Removal>(parts.Count);
        for (var start = 0; start < parts.Count; start += Page)
        {
            var events = new List<long>(Page);
            for (var i = start; i < Math.Min(start + Page, parts.Count); i++)
            {
                events.Add(parts[i].Event);
            }
            var members = await store.MembersAsync(events, other, cancellationToken);
            for (var i = start; i < Math.Min(start + Page, parts.Count); i++)
            {
                Add(found, parts[i], members);
            }
        }
        return [.. found];
    }

    private static void Add(List<Removal> found, ItemEvent part, IReadOnlyList<EventPart> members)
    {
        var isNamed = false;
        for (var i = 0; i < members.Count; i++)
        {
            if (members[i].Event == part.Event)
            {
                isNamed = true;
                found.Add(new(part.Time, part.Event, members[i].Item));
            }
        }
        if (!isNamed)
        {
            found.Add(new(part.Time, part.Event, 0));
        }
    }

    private readonly record struct Removal(long Time, long Event, long Other);
}
