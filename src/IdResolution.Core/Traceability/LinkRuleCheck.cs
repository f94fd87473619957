using IdResolution.Core.Catalog;
using IdResolution.Core.Events;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Holds the links of an event to what the templates of the items made say, by rules in an order; a new one is added
/// here. What is not registered has no template, and what has none takes any link. Thread-safe.
/// </summary>
public sealed class LinkRuleCheck(IEventStore store, CatalogHolder catalog, HoldReader holds)
{
    private const int MostAtOnce = 64;

    private readonly ILinkRule[] _rules = [new PartTemplateRule(), new MostPartsRule(), new HeldPartRule(store, holds)];

    /// <summary>
    /// Reads the templates of what events make, and of what the small ones make it from: those of many events in one
    /// question to the store. Null where no template says anything.
    /// </summary>
    internal async ValueTask<KnownTemplates?> ReadAsync(
        IEnumerable<EventContent> contents,
        CancellationToken cancellationToken
    )
    {
        if (!catalog.Current.HasLinkRules)
        {
            return null;
        }
        var known = new KnownTemplates(store);
        foreach (var content in contents)
        {
            if (SideOf(content) is not var (made, from, _, _))
            {
                continue;
            }
            known.Want(made);
            // Of a large event the second side is mostly not looked at.
            if (made.Count + from.Count <= MostAtOnce)
            {
                known.Want(from);
            }
        }
        await known.ReadAsync(cancellationToken);
        return known;
    }

    /// <summary>What the templates refuse and report.</summary>
    /// <param name="content">The event.</param>
    /// <param name="known">What <see cref="ReadAsync"/> gave.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    internal async ValueTask<LinkVerdict> CheckAsync(
        EventContent content,
        KnownTemplates known,
        CancellationToken cancellationToken
    )
    {
        var verdict = new LinkVerdict();
        if (SideOf(content) is not var (made, from, kind, field))
        {
            return verdict;
        }
        var rules = RulesOf(made, known);
        if (rules.Count == 0)
        {
            return verdict;
        }
        known.Want(from);
        await known.ReadAsync(cancellationToken);
        var (numbers, templates) = known.Of(from);
        foreach (var (code, trace) in rules)
        {
            var judged = new LinkCase
            {
                Template = code,
                Trace = trace,
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
        return verdict;
    }

    /// <summary>What the templates of the things made say of links, each once.</summary>
    private List<(string Code, TraceRules Trace)> RulesOf(IReadOnlyList<EventThing> made, KnownTemplates known)
    {
        var rules = new List<(string Code, TraceRules Trace)>(1);
        for (var i = 0; i < made.Count; i++)
        {
            if (
                known.TemplateOf(made[i]) is { } code
                && !rules.Exists(rule => rule.Code == code)
                && catalog.Current.FindPublished(code)?.Trace is { JudgesLinks: true } trace
            )
            {
                rules.Add((code, trace));
            }
        }
        return rules;
    }

    private static (
        IReadOnlyList<EventThing> Made,
        IReadOnlyList<EventThing> From,
        LinkKinds Kind,
        string Field
    )? SideOf(EventContent content)
    {
        IReadOnlyList<EventThing> parents = content.Parent is { } parent ? [parent] : [];
        var side = content.Meant switch
        {
            EventType.Assemble or EventType.Install => (parents, content.Children, LinkKinds.Contains, "children"),
            EventType.Replace => (parents, content.Outputs, LinkKinds.Contains, "outputs"),
            EventType.Cover => (content.Documents, content.Items, LinkKinds.Covers, "items"),
            EventType.Ship => (content.Documents, content.Items, LinkKinds.Ships, "items"),
            EventType.Disassemble => ([], [], LinkKinds.Contains, ""),
            _ => (content.Outputs, content.Inputs, LinkKinds.Consumes, "inputs"),
        };
        return side.Item1.Count > 0 && side.Item2.Count > 0 ? side : null;
    }
}
