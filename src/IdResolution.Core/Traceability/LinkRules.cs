using System.Runtime.InteropServices;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>What items are made from is of the templates that theirs names. What comes later may fit yet.</summary>
internal sealed class PartTemplateRule : ILinkRule
{
    public ValueTask JudgeAsync(LinkCase judged, LinkVerdict verdict, CancellationToken cancellationToken)
    {
        if (judged.Trace.Links.Count == 0)
        {
            return default;
        }
        var refuses = LinkCase.Refuses(judged.Trace, judged.KindName);
        for (var i = 0; i < judged.Parts.Count; i++)
        {
            if (judged.Templates[i] is not { } part || LinkCase.RuleOf(judged.Trace, judged.KindName, part) is not null)
            {
                continue;
            }
            var (en, zh) = (
                $"is of template {part}, which an item of template {judged.Template} does not take ({judged.KindName})",
                $"属于模板 {part}，模板 {judged.Template} 的标识不接受（{judged.KindName}）"
            );
            if (refuses)
            {
                verdict.Faults.Add($"{judged.Field}[{i}]", en, zh);
            }
            else
            {
                var name = judged.Parts[i].Name;
                verdict.Report("wrong-template", new Text($"{name} {en}.", $"{name} {zh}。"));
            }
        }
        return default;
    }
}

/// <summary>One event has no more parts of a rule than the rule says.</summary>
internal sealed class MostPartsRule : ILinkRule
{
    public ValueTask JudgeAsync(LinkCase judged, LinkVerdict verdict, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<LinkRule, int>(ReferenceEqualityComparer.Instance);
        foreach (var part in judged.Templates)
        {
            if (LinkCase.RuleOf(judged.Trace, judged.KindName, part) is { Most: not null } rule)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, rule, out _)++;
            }
        }
        foreach (var (rule, count) in counts)
        {
            if (!(count > rule.Most))
            {
                continue;
            }
            var (en, zh) = (
                $"holds {count} items where template {judged.Template} takes at most {rule.Most} ({judged.KindName})",
                $"有 {count} 项，模板 {judged.Template} 最多接受 {rule.Most} 项（{judged.KindName}）"
            );
            if (rule.Refuse != false)
            {
                verdict.Faults.Add(judged.Field, en, zh);
            }
            else
            {
                verdict.Report("too-many", new Text($"{judged.Field} {en}.", $"{judged.Field} {zh}。"));
            }
        }
        return default;
    }
}

/// <summary>What is held is not used, where the template refuses it. Else its hold goes on to what is made.</summary>
internal sealed class HeldPartRule(IEventStore store, HoldReader holds) : ILinkRule
{
    public async ValueTask JudgeAsync(LinkCase judged, LinkVerdict verdict, CancellationToken cancellationToken)
    {
        if (judged.Trace.RefuseHeld != true || judged.Kind is not (LinkKinds.Consumes or LinkKinds.Contains))
        {
            return;
        }
        // The store looks again: a hold may come before the event is written.
        verdict.RefusesHeld = true;
        if ((await store.HoldsAsync(judged.Numbers, cancellationToken)).Count == 0)
        {
            return;
        }
        var found = await holds.ReadAsync(judged.Numbers, Access.Caller.CommandLine, cancellationToken);
        for (var i = 0; i < found.Length; i++)
        {
            if (found[i] is [var hold, ..])
            {
                verdict.Faults.Add(HoldReader.Refusal(judged.Parts[i].Name, hold, $"{judged.Field}[{i}]"));
            }
        }
    }
}
