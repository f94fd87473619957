using IdResolution.Core.Events;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>What the rules of links judge: what an event says that items of one template are made from.</summary>
internal sealed record LinkCase
{
    /// <summary>The code of the template of the items made.</summary>
    public required string Template { get; init; }

    /// <summary>What it says of them.</summary>
    public required TraceRules Trace { get; init; }

    /// <summary>The kind of the links.</summary>
    public required LinkKinds Kind { get; init; }

    /// <summary>What they are made from.</summary>
    public required IReadOnlyList<EventThing> Parts { get; init; }

    /// <summary>The numbers of the parts; 0 for one that nobody knows yet.</summary>
    public required IReadOnlyList<long> Numbers { get; init; }

    /// <summary>The codes of the templates of the parts; null for what is not registered, or has none.</summary>
    public required IReadOnlyList<string?> Templates { get; init; }

    /// <summary>The field of the parts.</summary>
    public required string Field { get; init; }

    /// <summary>The name of the kind.</summary>
    public string KindName => EventNames.Of(Kind);

    /// <summary>The rule of a template that a part of another one fits; null if there is none.</summary>
    public static LinkRule? RuleOf(TraceRules trace, string kind, string? part)
    {
        for (var i = 0; i < trace.Links.Count; i++)
        {
            var rule = trace.Links[i];
            if (rule.Type == kind && (rule.Templates.Count == 0 || (part is not null && rule.Templates.Contains(part))))
            {
                return rule;
            }
        }
        return null;
    }

    /// <summary>
    /// True if rules say anything of a kind. What items are made from they say by leaving kinds out too; what made or
    /// replaced them is free unless they name it.
    /// </summary>
    public static bool Judges(TraceRules trace, LinkKinds kind)
    {
        var name = EventNames.Of(kind);
        return (kind & LinkKinds.Genealogy) != 0 ? trace.Links.Count > 0 : trace.Links.Any(rule => rule.Type == name);
    }

    /// <summary>True if what an event names as equipment made its items: what inspects or moves one did not.</summary>
    public static bool IsMaking(EventType type) =>
        type
            is EventType.Commission
                or EventType.Transform
                or EventType.Assemble
                or EventType.Install
                or EventType.Replace
                or EventType.Operate;

    /// <summary>True if what fits no rule of a kind is refused, and not only reported.</summary>
    public static bool Refuses(TraceRules trace, string kind) =>
        !trace.Links.Any(rule => rule.Type == kind && rule.Refuse == false);
}
