using IdResolution.Core.Events;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Counts what an item is made from, or has in it, against the least that its template says. What was taken out again
/// does not count.
/// </summary>
/// <param name="store">The events.</param>
/// <param name="number">The log number to read at.</param>
/// <param name="at">The time to count at, in microseconds since 1970 UTC; null for the end of all events.</param>
internal sealed class PartCounter(IEventStore store, long number, long? at)
{
    private const int MostLinks = 100_000;

    private readonly Containment _containment = new(store, number);

    /// <summary>What an item lacks; empty where it is complete.</summary>
    public async ValueTask<IReadOnlyList<PartLack>> LacksAsync(
        long item,
        TraceRules rules,
        CancellationToken cancellationToken
    )
    {
        var lacks = new List<PartLack>();
        foreach (var kind in rules.Links.Where(static r => r.Least > 0).Select(static r => r.Type).Distinct())
        {
            if (!EventNames.TryParse(kind, out LinkKinds which))
            {
                continue;
            }
            var counts = await CountAsync(item, which, rules, kind, cancellationToken);
            foreach (var rule in rules.Links.Where(r => r.Type == kind && r.Least > 0))
            {
                if (counts.GetValueOrDefault(rule) is var count && count < rule.Least)
                {
                    lacks.Add(new PartLack(rule, count));
                }
            }
        }
        return lacks;
    }

    /// <summary>Counts parts by rule, each once, and no more of them than a rule asks for.</summary>
    private async ValueTask<Dictionary<LinkRule, int>> CountAsync(
        long item,
        LinkKinds kind,
        TraceRules rules,
        string kindName,
        CancellationToken cancellationToken
    )
    {
        var links = await ReadAsync(item, kind, cancellationToken);
        var items = await store.ItemsAsync([.. links.Select(static link => link.Far).Distinct()], cancellationToken);
        var templates = items.ToDictionary(static i => i.Number, static i => i.Template);
        var counts = new Dictionary<LinkRule, int>(ReferenceEqualityComparer.Instance);
        var counted = new HashSet<long>();
        foreach (var link in links)
        {
            if (
                templates.TryGetValue(link.Far, out var template)
                && LinkCase.RuleOf(rules, kindName, template) is { Least: > 0 } rule
                && counts.GetValueOrDefault(rule) < rule.Least
                && !counted.Contains(link.Far)
                && await IsThereAsync(item, link, cancellationToken)
            )
            {
                counted.Add(link.Far);
                counts[rule] = counts.GetValueOrDefault(rule) + 1;
            }
        }
        return counts;
    }

    /// <summary>What an item has, each part once, by the latest event that says so.</summary>
    public async ValueTask<IReadOnlyList<EventLink>> LinksAsync(
        long item,
        LinkKinds kind,
        CancellationToken cancellationToken
    )
    {
        var parts = new OrderedDictionary<long, EventLink>();
        foreach (var link in await ReadAsync(item, kind, cancellationToken))
        {
            if (await IsThereAsync(item, link, cancellationToken))
            {
                parts[link.Far] = link;
            }
        }
        return [.. parts.Values];
    }

    private async ValueTask<List<EventLink>> ReadAsync(long item, LinkKinds kind, CancellationToken cancellationToken)
    {
        var links = new List<EventLink>();
        var after = default(LinkPosition);
        while (after.Item == 0 && links.Count < MostLinks)
        {
            var query = new LinkQuery
            {
                Items = [item],
                Backward = true,
                Kinds = kind,
                Number = number,
                After = after,
            };
            after = await store.LinksAsync(query, links, cancellationToken);
        }
        links.RemoveAll(link => link.Time > at);
        return links;
    }

    private async ValueTask<bool> IsThereAsync(long item, EventLink link, CancellationToken cancellationToken)
    {
        if (link.Kind != LinkKinds.Contains)
        {
            return true;
        }
        var end = await _containment.EndAsync(item, link.Far, link.Time, link.Event, cancellationToken);
        return at is { } time ? end > time : end == long.MaxValue;
    }
}
