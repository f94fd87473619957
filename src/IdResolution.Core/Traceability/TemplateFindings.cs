using System.Runtime.InteropServices;
using IdResolution.Core.Catalog;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>Finds what the items and links of a trace have otherwise than their templates say.</summary>
internal sealed class TemplateFindings(TraceGraph graph, NodeCatalog catalog, TraceFindings findings)
{
    // Each is counted from the store.
    private const int MostCounted = 1_000;

    private readonly Dictionary<string, TraceRules?> _rules = new(StringComparer.Ordinal);

    /// <summary>Finds links that do not fit, and events that say too many.</summary>
    public void FindLinks()
    {
        if (!catalog.HasLinkRules)
        {
            return;
        }
        var counts = new Dictionary<(long Event, long From, LinkRule Rule), int>();
        foreach (var link in graph.Links)
        {
            if (RulesOf(link.From) is not { Links.Count: > 0 } rules)
            {
                continue;
            }
            var kind = EventNames.Of(link.Link.Kind);
            if (LinkCase.RuleOf(rules, kind, link.To.Template) is { } rule)
            {
                if (rule.Most is not null)
                {
                    var key = (link.Link.Event, link.From.Number, rule);
                    CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;
                }
            }
            else if (
                link.To.Template is not null
                && LinkCase.Judges(rules, link.Link.Kind)
                && (link.Link.Kind != LinkKinds.ProducedBy || LinkCase.IsMaking(link.Link.Type))
            )
            {
                findings.Gather(
                    "wrong-template",
                    new(
                        "Their templates are not taken by the template of what was made.",
                        "其模板不为所制成标识的模板所接受。"
                    ),
                    link.To,
                    link.Link.Event
                );
            }
        }
        foreach (var ((eventNumber, from, rule), count) in counts)
        {
            if (count > rule.Most)
            {
                findings.Add(
                    "too-many",
                    new(
                        $"The event names {count} where the template takes at most {rule.Most} ({rule.Type}).",
                        $"事件列出 {count} 项，模板最多接受 {rule.Most} 项（{rule.Type}）。"
                    ),
                    [graph.Nodes[graph.PlaceOf(from)].Item],
                    eventNumber
                );
            }
        }
    }

    /// <summary>Finds items that lack parts.</summary>
    /// <param name="store">The events.</param>
    /// <param name="report">The trace.</param>
    /// <param name="turn">The turn to give back now and then.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask FindIncompleteAsync(
        IEventStore store,
        TraceReport report,
        TraceTurn turn,
        CancellationToken cancellationToken
    )
    {
        if (!catalog.HasLinkRules)
        {
            return;
        }
        var counter = new PartCounter(store, report.Number, report.Query.At);
        var counted = 0;
        for (var i = 0; i < graph.Nodes.Count && counted < MostCounted; i++)
        {
            var item = graph.Nodes[i].Item;
            if (RulesOf(item) is not { } rules || !rules.Links.Any(static rule => rule.Least > 0))
            {
                continue;
            }
            counted++;
            await turn.PauseAsync(cancellationToken);
            foreach (var lack in await counter.LacksAsync(item.Number, rules, cancellationToken))
            {
                var (en, zh) = (lack.Message.En, lack.Message.Zh);
                findings.Add("incomplete", new Text($"{item.Spelling}: {en}", $"{item.Spelling}：{zh}"), [item]);
            }
        }
    }

    private TraceRules? RulesOf(TraceItem item)
    {
        if (item.Template is not { } code)
        {
            return null;
        }
        if (!_rules.TryGetValue(code, out var rules))
        {
            rules = catalog.FindPublished(code)?.Trace;
            _rules.Add(code, rules);
        }
        return rules;
    }
}
