using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// The graph about a page of items, for their stock: what most of them need is read at once, what a few need more when
/// it is asked for, and all of it once. Used for one page.
/// </summary>
internal sealed class StockGraph(IEventStore store) : IGraphReader
{
    /// <summary>The parts of an item in each role that are read at once: most items have fewer.</summary>
    private const int FirstParts = 64;

    private const int EventsAtOnce = 256;

    private static readonly MemberRole[] s_own =
    [
        MemberRole.Item,
        MemberRole.Output,
        MemberRole.Input,
        MemberRole.Child,
        MemberRole.Removed,
        MemberRole.Covered,
        MemberRole.Parent,
        MemberRole.RemovedFrom,
    ];

    private static readonly MemberRole[] s_others =
    [
        MemberRole.Place,
        MemberRole.Parent,
        MemberRole.RemovedFrom,
        MemberRole.Removed,
    ];

    private readonly Dictionary<long, IReadOnlyList<ItemEvent>> _parts = [];
    private readonly Dictionary<long, int> _limits = [];
    private readonly Dictionary<long, EventPart[]> _members = [];
    private readonly Dictionary<long, TraceItem?> _items = [];

    /// <summary>Reads the parts of items, and the places and parents of these events.</summary>
    public async ValueTask ReadAsync(IReadOnlyList<long> items, CancellationToken cancellationToken)
    {
        await ItemsAsync(items, cancellationToken);
        var parts = await store.PartsOfAsync(items, s_own, long.MaxValue, FirstParts, cancellationToken);
        var events = new HashSet<long>();
        for (var i = 0; i < items.Count; i++)
        {
            _parts[items[i]] = parts[i];
            events.UnionWith(parts[i].Select(static part => part.Event));
        }
        await MembersAsync([.. events], s_others, cancellationToken);
    }

    /// <summary>True if something was ever put into an item, as far as events count.</summary>
    public bool IsHolder(long item) =>
        _parts.TryGetValue(item, out var parts) && parts.Any(static part => part.Role == MemberRole.Parent);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TraceItem>> ItemsAsync(
        IReadOnlyList<long> numbers,
        CancellationToken cancellationToken
    )
    {
        long[] missing = [.. numbers.Where(number => !_items.ContainsKey(number)).Distinct()];
        foreach (var some in missing.Chunk(EventsAtOnce))
        {
            foreach (var number in some)
            {
                _items[number] = null;
            }
            foreach (var item in await store.ItemsAsync(some, cancellationToken))
            {
                _items[item.Number] = item;
            }
        }
        return [.. numbers.Select(number => _items[number]).OfType<TraceItem>()];
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ItemEvent>> PartsAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        int limit,
        CancellationToken cancellationToken
    )
    {
        if (roles.Any(static role => !s_own.Contains(role)))
        {
            return await store.PartsAsync(item, roles, number, limit, cancellationToken);
        }
        if (!_parts.TryGetValue(item, out var all))
        {
            await ReadAsync([item], cancellationToken);
            all = _parts[item];
        }
        var read = _limits.GetValueOrDefault(item, FirstParts);
        if (limit > read && all.CountBy(static part => part.Role).Any(role => role.Value >= read))
        {
            // Where as many were read as were asked for, there may be more.
            _parts[item] = all = await store.PartsAsync(item, s_own, number, limit, cancellationToken);
            _limits[item] = limit;
        }
        var counts = new int[roles.Count];
        var parts = new List<ItemEvent>(all.Count);
        for (var i = 0; i < all.Count; i++)
        {
            var role = IndexOf(roles, all[i].Role);
            if (role >= 0 && counts[role]++ < limit)
            {
                parts.Add(all[i]);
            }
        }
        return parts;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<EventPart>> MembersAsync(
        IReadOnlyList<long> events,
        IReadOnlyList<MemberRole> roles,
        CancellationToken cancellationToken
    )
    {
        if (roles.Any(static role => !s_others.Contains(role)))
        {
            return await store.MembersAsync(events, roles, cancellationToken);
        }
        long[] missing = [.. events.Where(number => !_members.ContainsKey(number)).Distinct()];
        foreach (var some in missing.Chunk(EventsAtOnce))
        {
            var read = (await store.MembersAsync(some, s_others, cancellationToken)).ToLookup(static m => m.Event);
            foreach (var number in some)
            {
                _members[number] = [.. read[number]];
            }
        }
        var found = new List<EventPart>();
        for (var i = 0; i < events.Count; i++)
        {
            foreach (var member in _members[events[i]])
            {
                if (IndexOf(roles, member.Role) >= 0)
                {
                    found.Add(member);
                }
            }
        }
        return found;
    }

    private static int IndexOf(IReadOnlyList<MemberRole> roles, MemberRole role)
    {
        for (var i = 0; i < roles.Count; i++)
        {
            if (roles[i] == role)
            {
                return i;
            }
        }
        return -1;
    }
}
