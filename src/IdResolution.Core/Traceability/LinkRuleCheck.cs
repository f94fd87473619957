using IdResolution.Core.Catalog;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Holds the links of an event to what the templates of the items made say, by rules in an order; a new one is added
/// here. What is not registered has no template, and what has none takes any link. Thread-safe.
/// </summary>
public sealed class LinkRuleCheck(IEventStore store, CatalogHolder catalog, HoldReader holds)
{
    // Most events are small: both sides are found at once. Of a large one the second side is mostly not looked at.
    private const int MostAtOnce = 64;

    private readonly ILinkRule[] _rules = [new PartTemplateRule(), new MostPartsRule(), new HeldPartRule(store, holds)];

    /// <summary>What the templates refuse and report; null where no template says anything.</summary>
    internal async ValueTask<LinkVerdict?> CheckAsync(EventContent content, CancellationToken cancellationToken)
    {
        var known = catalog.Current;
        if (!known.HasLinkRules)
        {
            return null;
        }
        var verdict = new LinkVerdict();
        foreach (var (made, from, kind, field) in SidesOf(content))
        {
            if (made.Count == 0 || from.Count == 0)
            {
                continue;
            }
            var isSmall = made.Count + from.Count <= MostAtOnce;
            var (numbers, templates) = await FindAsync(isSmall ? [.. made, .. from] : made, cancellationToken);
            var codes = templates
                .Take(made.Count)
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
                .Where(Judges)
                .ToList();
            if (codes.Count == 0)
            {
                continue;
            }
            (numbers, templates) = isSmall
                ? ([.. numbers.Skip(made.Count)], [.. templates.Skip(made.Count)])
                : await FindAsync(from, cancellationToken);
            foreach (var code in codes)
            {
                var judged = new LinkCase
                {
                    Template = code,
                    Trace = known.FindPublished(code)!.Trace!,
                    Kind = kind,
                    Parts = from,
                    Numbers = numbers,
                    Templates = templates,
                    Field = field,
                };
                foreach (var rule in _rules)
                {
                    await rule.JudgeAsync(judged, verdict, cancellationToken);
                }
            }
        }
        return verdict;

        bool Judges(string code) => known.FindPublished(code)?.Trace is { JudgesLinks: true };
    }

    private static IEnumerable<(
        IReadOnlyList<EventThing> Made,
        IReadOnlyList<EventThing> From,
        LinkKinds Kind,
        string Field
    )> SidesOf(EventContent content)
    {
        IReadOnlyList<EventThing> parents = content.Parent is { } parent ? [parent] : [];
        switch (content.Meant)
        {
            case EventType.Assemble or EventType.Install:
                yield return (parents, content.Children, LinkKinds.Contains, "children");
                break;
            case EventType.Replace:
                yield return (parents, content.Outputs, LinkKinds.Contains, "outputs");
                break;
            case EventType.Cover:
                yield return (content.Documents, content.Items, LinkKinds.Covers, "items");
                break;
            case EventType.Ship:
                yield return (content.Documents, content.Items, LinkKinds.Ships, "items");
                break;
            case EventType.Disassemble:
                break;
            default:
                yield return (content.Outputs, content.Inputs, LinkKinds.Consumes, "inputs");
                break;
        }
    }

    /// <summary>
    /// The numbers of things, and the codes of their templates; null for what is not registered, or has none.
    /// </summary>
    private async ValueTask<(IReadOnlyList<long> Numbers, IReadOnlyList<string?> Templates)> FindAsync(
        IReadOnlyList<EventThing> things,
        CancellationToken cancellationToken
    )
    {
        var numbers = await store.NumbersAsync([.. things.Select(static t => t.Key)], cancellationToken);
        var items = await store.ItemsAsync([.. numbers.Distinct()], cancellationToken);
        var byNumber = items.ToDictionary(static i => i.Number, static i => i.Template);
        return (numbers, [.. numbers.Select((n, i) => things[i].NewTemplate ?? byNumber.GetValueOrDefault(n))]);
    }
}
