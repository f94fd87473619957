using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Holds the links of an event to what the templates of the items made say. What is not registered has no template, and
/// what has none takes any link. Thread-safe.
/// </summary>
public sealed class LinkRuleCheck(IEventStore store, CatalogHolder catalog)
{
    /// <summary>Adds what the templates refuse.</summary>
    internal async ValueTask CheckAsync(EventContent content, Faults faults, CancellationToken cancellationToken)
    {
        var known = catalog.Current;
        if (!known.HasLinkRules)
        {
            return;
        }
        foreach (var (made, from, kind, field) in SidesOf(content))
        {
            if (made.Count == 0 || from.Count == 0)
            {
                continue;
            }
            var makers = await TemplatesOfAsync(made, cancellationToken);
            if (!makers.Any(code => code is not null && known.FindPublished(code)?.Trace is { Links.Count: > 0 }))
            {
                continue;
            }
            var parts = await TemplatesOfAsync(from, cancellationToken);
            foreach (var code in makers.OfType<string>().Distinct(StringComparer.Ordinal))
            {
                if (known.FindPublished(code)?.Trace is { Links.Count: > 0 } trace)
                {
                    Check(trace, code, kind, parts, field, faults);
                }
            }
        }
    }

    private static void Check(
        TraceRules trace,
        string template,
        LinkKinds kind,
        IReadOnlyList<string?> parts,
        string field,
        Faults faults
    )
    {
        var name = EventNames.Of(kind);
        var rules = trace.Links.Where(rule => rule.Type == name).ToList();
        var counts = new Dictionary<LinkRule, int>();
        for (var i = 0; i < parts.Count; i++)
        {
            var rule = rules.Find(r => r.Templates.Count == 0 || (parts[i] is { } code && r.Templates.Contains(code)));
            if (rule is not null)
            {
                counts[rule] = counts.GetValueOrDefault(rule) + 1;
                continue;
            }
            // What is registered later may fit yet.
            if (parts[i] is not null && (rules.Count == 0 || rules.TrueForAll(static r => r.Refuse != false)))
            {
                faults.Add(
                    $"{field}[{i}]",
                    $"is of template {parts[i]}, which an item of template {template} does not take ({name})",
                    $"属于模板 {parts[i]}，模板 {template} 的标识不接受（{name}）"
                );
            }
        }
        foreach (var (rule, count) in counts)
        {
            if (rule.Refuse != false && count > rule.Most)
            {
                faults.Add(
                    field,
                    $"holds {count} items where template {template} takes at most {rule.Most} ({name})",
                    $"有 {count} 项，模板 {template} 最多接受 {rule.Most} 项（{name}）"
                );
            }
        }
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

    /// <summary>The codes of the templates of things; null for what is not registered, or has none.</summary>
    private async ValueTask<IReadOnlyList<string?>> TemplatesOfAsync(
        IReadOnlyList<EventThing> things,
        CancellationToken cancellationToken
    )
    {
        var numbers = await store.NumbersAsync([.. things.Select(static t => t.Key)], cancellationToken);
        var items = await store.ItemsAsync([.. numbers.Distinct()], cancellationToken);
        var byNumber = items.ToDictionary(static i => i.Number, static i => i.Template);
        return [.. numbers.Select((n, i) => things[i].NewTemplate ?? byNumber.GetValueOrDefault(n))];
    }
}
