using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>The rules for making a grant. Every fault is reported.</summary>
internal sealed class GrantRules(NodeCatalog catalog, Faults faults)
{
    private const int MaxTemplates = 32;
    private const int MaxConditions = 8;
    private const int MaxValues = 100;
    private const int MaxValue = 255;
    private const int MaxAttributes = 64;
    private const int MaxPurpose = 500;

    private static readonly string[] s_events =
    [
        .. Enum.GetNames<EventType>().Select(static name => name.ToLowerInvariant()),
    ];

    // The published templates whose items are covered; null where one is unknown: what they have cannot be said then.
    private Template[]? _templates;

    /// <summary>The grant with canonical values and nothing twice. It is of use only if there is no fault.</summary>
    public Grant Checked(Grant grant, DateTimeOffset now)
    {
        CheckReceiver(grant);
        _templates = Templates(grant.Templates);
        CheckPurpose(grant.Purpose);
        CheckTimes(grant, now);
        if (!Enum.IsDefined(grant.Hidden))
        {
            faults.Add("hidden", "must be omit or anonymous", "应为 omit 或 anonymous");
        }
        return grant with
        {
            Templates = Distinct(grant.Templates),
            Where = Where(grant.Where),
            Fields = Fields(grant.Fields),
            From = grant.From?.ToUniversalTime(),
            Until = grant.Until?.ToUniversalTime(),
        };
    }

    private void CheckReceiver(Grant grant)
    {
        if ((grant.Partner is null) == (grant.Group is null))
        {
            faults.Add("partner", "is needed, or else group, and not both", "与 group 应给出其一，且只能给出其一");
        }
        else if (grant.Partner is { } partner && !catalog.Partners.ContainsKey(partner))
        {
            faults.Add(PartnerErrors.NoPartner(partner, ErrorCode.InvalidValue));
        }
        else if (grant.Group is { } group && !catalog.Partners.Values.Any(p => p.Groups.Contains(group)))
        {
            faults.Add("group", $"names {group}, in which no partner is", $"中的 {group} 没有合作伙伴");
        }
    }

    private Template[]? Templates(IReadOnlyList<string> codes)
    {
        if (codes.Count == 0)
        {
            return [.. catalog.TemplateCodes.Select(catalog.FindPublished).OfType<Template>()];
        }
        if (!IsWithin("templates", codes.Count, 0, MaxTemplates))
        {
            return null;
        }
        var found = new List<Template>();
        for (var i = 0; i < codes.Count; i++)
        {
            if (catalog.FindPublished(codes[i]) is { } template)
            {
                found.Add(template);
            }
            else
            {
                faults.Add(
                    $"templates[{i}]",
                    $"names {codes[i]}, which is no published template",
                    $"中的 {codes[i]} 不是已发布的模板"
                );
            }
        }
        return found.Count == codes.Count ? [.. found] : null;
    }

    private void CheckPurpose(string purpose)
    {
        if (string.IsNullOrWhiteSpace(purpose) || purpose.Length > MaxPurpose || purpose.Any(char.IsControl))
        {
            faults.Add(
                "purpose",
                $"must be 1 to {MaxPurpose} characters, not blank, without control characters",
                $"应为 1 至 {MaxPurpose} 个字符，不能为空白，不含控制字符"
            );
        }
    }

    private void CheckTimes(Grant grant, DateTimeOffset now)
    {
        if (grant.Until <= now)
        {
            faults.Add("until", "must be in the future", "应晚于当前时间");
        }
        else if (grant.Until <= grant.From)
        {
            faults.Add("until", "must be later than from", "应晚于 from");
        }
    }

    private List<GrantCondition> Where(IReadOnlyList<GrantCondition> conditions)
    {
        var made = new List<GrantCondition>();
        if (!IsWithin("where", conditions.Count, 0, MaxConditions))
        {
            return made;
        }
        for (var i = 0; i < conditions.Count; i++)
        {
            var field = $"where[{i}]";
            var (attribute, values) = (conditions[i].Attribute, conditions[i].Values);
            var defined = Find(attribute, field + ".attribute");
            if (IsWithin(field + ".values", values.Count, 1, MaxValues))
            {
                made.Add(new GrantCondition(attribute, Canonical(values, defined, field + ".values")));
            }
        }
        return made;
    }

    /// <summary>
    /// The canonical forms of values: those of each template that takes them, as its items have them. A value that none
    /// takes is a fault.
    /// </summary>
    private List<string> Canonical(IReadOnlyList<string> values, AttributeDefinition[] defined, string field)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is not { Length: > 0 and <= MaxValue })
            {
                faults.Add($"{field}[{i}]", $"must be 1 to {MaxValue} characters", $"应为 1 至 {MaxValue} 个字符");
            }
            else if (Add(values[i], defined, found) is { } refused)
            {
                faults.Add(refused with { Field = $"{field}[{i}]" });
            }
        }
        return [.. found];
    }

    /// <summary>Adds the forms of a value; the first error if nothing takes it.</summary>
    private static Error? Add(string value, AttributeDefinition[] defined, SortedSet<string> to)
    {
        Error? first = null;
        var isTaken = false;
        foreach (var attribute in defined)
        {
            // Of a repeated attribute one element is compared.
            var one = ValueCodec.Canonicalise(attribute with { Repeated = false }, InputValue.OfText(value));
            if (one.TryGet(out var text, out var error))
            {
                isTaken = true;
                to.Add(text);
            }
            first ??= error;
        }
        return isTaken ? null : first;
    }

    /// <summary>The attribute as the templates have it; a fault where none has it.</summary>
    private AttributeDefinition[] Find(string code, string field)
    {
        if (_templates is null)
        {
            return [];
        }
        AttributeDefinition[] found =
        [
            .. _templates
                .Select(template => template.Find(code))
                .OfType<AttributeDefinition>()
                .Where(static attribute => attribute.State == AttributeState.Active),
        ];
        if (found.Length == 0)
        {
            faults.Add(
                field,
                $"names {code}, which is no attribute of these templates",
                $"中的 {code} 不是这些模板的属性"
            );
        }
        return found;
    }

    private GrantFields Fields(GrantFields fields)
    {
        if (IsWithin("fields.attributes", fields.Attributes.Count, 0, MaxAttributes))
        {
            for (var i = 0; i < fields.Attributes.Count; i++)
            {
                Find(fields.Attributes[i], $"fields.attributes[{i}]");
            }
        }
        if (!Enum.IsDefined(fields.Visibility))
        {
            faults.Add("fields.visibility", "must be public, partner or private", "应为 public、partner 或 private");
        }
        CheckNames(fields.Events, s_events, "fields.events");
        CheckNames(fields.Links, TemplateRules.LinkTypes, "fields.links");
        return fields with
        {
            Attributes = Distinct(fields.Attributes),
            Events = Distinct(fields.Events),
            Links = Distinct(fields.Links),
        };
    }

    private void CheckNames(IReadOnlyList<string> names, IReadOnlyList<string> known, string field)
    {
        if (names.Any(name => !known.Contains(name)))
        {
            faults.Add(field, $"must be of {string.Join(", ", known)}", $"应取自：{string.Join("、", known)}");
        }
    }

    private bool IsWithin(string field, int count, int least, int most)
    {
        if (count >= least && count <= most)
        {
            return true;
        }
        faults.Add(field, $"must have {least} to {most} entries", $"应有 {least} 至 {most} 项");
        return false;
    }

    private static string[] Distinct(IReadOnlyList<string> texts) => [.. texts.Distinct(StringComparer.Ordinal)];
}
