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
            foreach (var (made, from, _, _) in SidesOf(content))
            {
                known.Want(made);
                // Of a large event the second side is mostly not looked at.
                if (made.Count + from.Count <= MostAtOnce)
                {
                    known.Want(from);
                }
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
        foreach (var side in SidesOf(content))
        {
            await JudgeAsync(side, known, verdict, cancellationToken);
        }
        return verdict;
    }

    private async ValueTask JudgeAsync(
        Side side,
        KnownTemplates known,
        LinkVerdict verdict,
        CancellationToken cancellationToken
    )
    {
        var rules = RulesOf(side.Made, known);
        // A template that says nothing of machines takes any.
        if (side.Kind is LinkKinds.ProducedBy or LinkKinds.Replaces)
        {
            rules.RemoveAll(rule => !LinkCase.Judges(rule.Trace, side.Kind));
        }
        if (rules.Count == 0)
        {
            return;
        }
        known.Want(side.From);
        await known.ReadAsync(cancellationToken);
        var (numbers, templates) = known.Of(side.From);
        foreach (var (code, trace) in rules)
        {
            var judged = new LinkCase
            {
                Template = code,
                Trace = trace,
                Kind = side.Kind,
                Parts = side.From,
                Numbers = numbers,
                Templates = templates,
                Field = side.Field,
            };
            foreach (var rule in _rules)
            {
                await rule.JudgeAsync(judged, verdict, cancellationToken);
            }
        }
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

    /// <summary>What an event says that its items are made from, and by, and what they replace.</summary>
    private List<Side> SidesOf(EventContent content)
    {
        IReadOnlyList<EventThing> parents = content.Parent is { } parent ? [parent] : [];
        List<Side> sides =
        [
            content.Meant switch
            {
                EventType.Assemble or EventType.Install => new(
                    parents,
                    content.Children,
                    LinkKinds.Contains,
                    "children"
                ),
                EventType.Replace => new(parents, content.Outputs, LinkKinds.Contains, "outputs"),
                EventType.Cover => new(content.Documents, content.Items, LinkKinds.Covers, "items"),
                EventType.Ship => new(content.Documents, content.Items, LinkKinds.Ships, "items"),
                EventType.Disassemble => new([], [], LinkKinds.Contains, ""),
                _ => new(content.Outputs, content.Inputs, LinkKinds.Consumes, "inputs"),
            },
        ];
        if (content.Meant == EventType.Replace && catalog.Current.HasLinkRulesOf(EventNames.Of(LinkKinds.Replaces)))
        {
            sides.Add(new(content.Outputs, content.Inputs, LinkKinds.Replaces, "inputs"));
        }
        // What inspects, moves or holds an item did not make it.
        if (LinkCase.IsMaking(content.Meant) && catalog.Current.HasLinkRulesOf(EventNames.Of(LinkKinds.ProducedBy)))
        {
            IReadOnlyList<EventThing> made = [.. content.Outputs, .. parents, .. content.Items];
            sides.Add(new(made, content.Equipment, LinkKinds.ProducedBy, "equipment"));
            sides.Add(new(made, content.Tools, LinkKinds.ProducedBy, "tools"));
            sides.Add(new(made, content.Persons, LinkKinds.ProducedBy, "persons"));
            sides.Add(new(made, content.Process is { } process ? [process] : [], LinkKinds.ProducedBy, "process"));
        }
        sides.RemoveAll(static side => side.Made.Count == 0 || side.From.Count == 0);
        return sides;
    }

    private readonly record struct Side(
        IReadOnlyList<EventThing> Made,
        IReadOnlyList<EventThing> From,
        LinkKinds Kind,
        string Field
    );
}
