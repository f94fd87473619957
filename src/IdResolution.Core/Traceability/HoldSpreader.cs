using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Puts a hold on everything that was made from its items, from them outward, a page at a time. An item gets the hold
/// before what was made from it is read; so what an event adds meanwhile gets it from that event's own write. Doing it
/// again does no harm. Thread-safe.
/// </summary>
public sealed class HoldSpreader(IEventStore store)
{
    private const int PageItems = 512;

    // What else is written waits no longer than for this many.
    private const int WriteItems = 256;

    /// <summary>Spreads one hold to its end.</summary>
    /// <returns>The number of items that have it, those that it names included.</returns>
    public async Task<int> SpreadAsync(long hold, CancellationToken cancellationToken)
    {
        var seen = new HashSet<long>();
        var level = new List<long>();
        foreach (var part in await store.MembersAsync([hold], [MemberRole.Item], cancellationToken))
        {
            if (seen.Add(part.Item))
            {
                level.Add(part.Item);
            }
        }
        var links = new List<EventLink>();
        while (level.Count > 0)
        {
            var next = new List<long>();
            for (var at = 0; at < level.Count; at += PageItems)
            {
                var page = level.GetRange(at, Math.Min(PageItems, level.Count - at));
                await ReachAsync(hold, page, links, seen, next, cancellationToken);
            }
            level = next;
        }
        await store.EndSpreadAsync(hold, cancellationToken);
        return seen.Count;
    }

    /// <summary>Goes on with the holds whose spreading was interrupted.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (var hold in await store.SpreadingAsync(cancellationToken))
        {
            await SpreadAsync(hold, cancellationToken);
        }
    }

    private async Task ReachAsync(
        long hold,
        List<long> items,
        List<EventLink> links,
        HashSet<long> seen,
        List<long> next,
        CancellationToken cancellationToken
    )
    {
        var after = default(LinkPosition);
        while (after.Item < items.Count)
        {
            links.Clear();
            var query = new LinkQuery
            {
                Items = items,
                Backward = false,
                Kinds = LinkKinds.Consumes | LinkKinds.Contains,
                Number = long.MaxValue,
                After = after,
            };
            after = await store.LinksAsync(query, links, cancellationToken);
            var found = new List<long>();
            foreach (var link in links)
            {
                if (seen.Add(link.Far))
                {
                    found.Add(link.Far);
                }
            }
            for (var at = 0; at < found.Count; at += WriteItems)
            {
                var part = found.GetRange(at, Math.Min(WriteItems, found.Count - at));
                await store.SpreadAsync(hold, part, cancellationToken);
            }
            next.AddRange(found);
        }
    }
}
