using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>
/// What a store lacks of the node's own pack. A template is brought to the newest version where nobody changed it by
/// hand: where its newest version is what a former pack made. One that was changed stays, and is named where it lacks
/// something. Categories and coding rules that are there stay whatever they are; what was withdrawn stays withdrawn.
/// </summary>
internal sealed class PackPlan
{
    private readonly OwnPack _own;
    private readonly NodeCatalog _current;
    private readonly IReadOnlyCollection<string> _merged;
    private readonly List<Template> _templates = [];
    private readonly List<string> _left = [];

    /// <summary>Makes the plan.</summary>
    /// <param name="own">The node's own pack.</param>
    /// <param name="current">What the store has.</param>
    /// <param name="merged">Codes of templates changed by hand that get what they lack.</param>
    public PackPlan(OwnPack own, NodeCatalog current, IReadOnlyCollection<string> merged)
    {
        (_own, _current, _merged) = (own, current, merged);
        foreach (var template in own.Newest.Templates)
        {
            Take(template);
        }
    }

    /// <summary>The codes of templates that were changed by hand, lack something of the pack, and stay.</summary>
    public IReadOnlyList<string> Left => _left;

    /// <summary>What is to be imported.</summary>
    public TemplatePack Pack =>
        _own.Newest with
        {
            Categories = [.. _own.Newest.Categories.Where(c => !_current.Categories.ContainsKey(c.Code))],
            CodingRules = [.. _own.Newest.CodingRules.Where(r => !_current.Rules.ContainsKey(r.Code))],
            Templates = _templates,
        };

    /// <summary>True if the store has a template that this pack or a former one made.</summary>
    public static bool IsUsed(OwnPack own, NodeCatalog current) =>
        own.Newest.Templates.Any(t =>
            current.TemplateVersions(t.Code) is { Count: > 0 } versions
            && Contents(own, t).Overlaps(versions.Select(Content))
        );

    private void Take(Template template)
    {
        var versions = _current.TemplateVersions(template.Code);
        if (versions is not [.., var latest])
        {
            _templates.Add(template);
            return;
        }
        var content = Content(latest);
        if (latest.State == TemplateState.Withdrawn || content == Content(template))
        {
            return;
        }
        if (latest.State == TemplateState.Published && Contents(_own, template).Contains(content))
        {
            _templates.Add(template);
        }
        else if (Merged(template, versions) is { } merged)
        {
            if (latest.State == TemplateState.Published && _merged.Contains(template.Code))
            {
                _templates.Add(merged);
            }
            else
            {
                _left.Add(template.Code);
            }
        }
    }

    /// <summary>
    /// The newest version of a template with what it lacks of the pack's; null where it lacks nothing. An attribute
    /// that any version has, or had, is not lacking.
    /// </summary>
    private static Template? Merged(Template own, IReadOnlyList<Template> versions)
    {
        var latest = versions[^1];
        var known = versions.SelectMany(v => v.Attributes).ToList();
        var codes = known.Select(a => a.Code).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var indexes = known.Select(a => a.Index).ToHashSet();
        // One whose index is taken gets the next free one.
        List<AttributeDefinition> attributes =
        [
            .. latest.Attributes,
            .. own
                .Attributes.Where(a => !codes.Contains(a.Code))
                .Select(a => indexes.Contains(a.Index) ? a with { Index = 0 } : a),
        ];
        var trace = latest.Trace ?? Fitting(own.Trace, attributes);
        return attributes.Count == latest.Attributes.Count && trace == latest.Trace
            ? null
            : latest with
            {
                Attributes = attributes,
                Trace = trace,
            };
    }

    private static TraceRules? Fitting(TraceRules? trace, List<AttributeDefinition> attributes)
    {
        if (trace is null)
        {
            return null;
        }
        var fitting = trace with
        {
            Expiry = TypeOf(trace.Expiry) is AttributeType.Date or AttributeType.DateTime ? trace.Expiry : null,
            Quantity = TypeOf(trace.Quantity) is AttributeType.Integer or AttributeType.Decimal ? trace.Quantity : null,
        };
        return fitting is { Links.Count: 0, Expiry: null, Quantity: null } ? null : fitting;

        AttributeType? TypeOf(string? code) => attributes.Find(a => a.Code == code)?.Type;
    }

    /// <summary>What the packs made of a template.</summary>
    private static HashSet<string> Contents(OwnPack own, Template template) =>
        [
            Content(template),
            .. own.Former.SelectMany(p => p.Templates.Where(t => t.Code == template.Code)).Select(Content),
        ];

    /// <summary>What a pack says of a template. The rest is given by the node, or of one store.</summary>
    private static string Content(Template template) =>
        JsonSerializer.Serialize(
            template with
            {
                Version = 1,
                State = TemplateState.Published,
                Identifier = "",
                Prefix = null,
                VersionText = null,
                CopiedFrom = null,
            },
            CatalogJson.Default.Template
        );
}
