using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>The rules for saving a template. Every fault is reported.</summary>
internal static partial class TemplateRules
{
    private const int MaxAttributes = 500;
    private const int MaxVersionText = 128;
    private const int MaxLinkRules = 64;

    private static readonly AttributeType[] s_dates = [AttributeType.Date, AttributeType.DateTime];
    private static readonly AttributeType[] s_numbers = [AttributeType.Integer, AttributeType.Decimal];
    private static readonly AttributeType[] s_integers = [AttributeType.Integer];
    private static readonly AttributeType[] s_texts = [AttributeType.Text];
    private static readonly AttributeType[] s_references = [AttributeType.Reference];
    private static readonly AttributeType[] s_places = [AttributeType.Text, AttributeType.Reference];
    private static readonly AttributeType[] s_names =
    [
        AttributeType.Text,
        AttributeType.Choice,
        AttributeType.Reference,
    ];

    /// <summary>The names of kinds of links (Core/Events).</summary>
    public static IReadOnlyList<string> LinkTypes { get; } =
    ["consumes", "contains", "covers", "ships", "produced-by", "replaces"];

    /// <summary>True for 1 to 50 lower-case letters, digits and hyphens, beginning with a letter.</summary>
    public static bool IsCode(string? code) => code is not null && CodeForm().IsMatch(code);

    /// <summary>
    /// Gives an index to attributes without one: the index of earlier versions, or the next free index.
    /// </summary>
    public static Template WithIndexes(Template template, IReadOnlyList<Template> earlier)
    {
        if (template.Attributes.Any(a => a is null))
        {
            return template;
        }
        var known = earlier
            .SelectMany(t => t.Attributes)
            .GroupBy(a => a.Code, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First().Index, StringComparer.Ordinal);
        var next = Math.Max(
            AttributeDefinition.FirstIndex,
            known
                .Values.Concat(template.Attributes.Select(a => a.Index))
                .DefaultIfEmpty(AttributeDefinition.FirstIndex - 1)
                .Max() + 1
        );
        var attributes = new List<AttributeDefinition>(template.Attributes.Count);
        foreach (var attribute in template.Attributes)
        {
            attributes.Add(
                attribute.Index != 0
                    ? attribute
                    : attribute with
                    {
                        Index =
                            attribute.Code is not null && known.TryGetValue(attribute.Code, out var index)
                                ? index
                                : next++,
                    }
            );
        }
        return template with { Attributes = attributes };
    }

    /// <summary>Adds every fault of a template. Its attributes must have indexes already.</summary>
    public static void Check(Template template, IReadOnlyList<Template> earlier, Faults faults)
    {
        if (!IsCode(template.Code))
        {
            faults.Add(
                "code",
                "must be 1 to 50 lower-case letters, digits and hyphens, beginning with a letter",
                "应为 1 至 50 个小写字母、数字或连字符，以字母开头"
            );
        }
        CheckNames(template.Names, "names", faults);
        CheckSnms(template, faults);
        if (template.Attributes.Any(a => a is null))
        {
            faults.Add("attributes", "holds null", "含有空项");
            return;
        }
        if (template.Attributes.Count > MaxAttributes)
        {
            faults.Add("attributes", $"has at most {MaxAttributes} items", $"最多 {MaxAttributes} 项");
            return;
        }
        CheckAttributes(template.Attributes, earlier, faults);
        if (template.Trace is { } trace)
        {
            CheckTrace(template, trace, faults);
        }
    }

    /// <summary>Checks what a template says of its items in events.</summary>
    private static void CheckTrace(Template template, TraceRules trace, Faults faults)
    {
        CheckCode(template, trace.Expiry, "trace.expiry", s_dates, faults);
        CheckCode(template, trace.Quantity, "trace.quantity", s_numbers, faults);
        CheckCode(template, trace.Calibration, "trace.calibration", s_dates, faults);
        CheckCode(template, trace.Strokes, "trace.strokes", s_integers, faults);
        CheckCode(template, trace.StrokeLimit, "trace.strokeLimit", s_integers, faults);
        CheckCode(template, trace.Material, "trace.material", s_names, faults);
        CheckCode(template, trace.Lines, "trace.lines", s_texts, faults);
        CheckCode(template, trace.Bom, "trace.bom", s_references, faults);
        CheckCode(template, trace.Place, "trace.place", s_places, faults);
        CheckTogether(trace, faults);
        if (trace.Links.Count > MaxLinkRules)
        {
            faults.Add("trace.links", $"has at most {MaxLinkRules} rules", $"最多 {MaxLinkRules} 条规则");
            return;
        }
        foreach (var (i, link) in trace.Links.Index())
        {
            CheckLink(link, $"trace.links[{i}]", faults);
        }
    }

    /// <summary>Checks the order in which stock goes out, and codes that need one another.</summary>
    private static void CheckTogether(TraceRules trace, Faults faults)
    {
        if (trace.FirstOut is not (null or TraceRules.Fifo or TraceRules.Fefo))
        {
            faults.Add("trace.firstOut", "must be fifo or fefo", "应为 fifo 或 fefo");
        }
        if (trace is { FirstOut: TraceRules.Fefo, Expiry: null })
        {
            faults.Add("trace.expiry", "is needed with firstOut fefo", "firstOut 为 fefo 时不能为空");
        }
        if (trace.Strokes is null != trace.StrokeLimit is null)
        {
            var missing = trace.Strokes is null ? "trace.strokes" : "trace.strokeLimit";
            faults.Add(
                missing,
                "is needed with the other of strokes and strokeLimit",
                "strokes 与 strokeLimit 须同时给出"
            );
        }
    }

    private static void CheckCode(Template template, string? code, string field, AttributeType[] types, Faults faults)
    {
        if (code is null || (template.Find(code) is { } attribute && types.Contains(attribute.Type)))
        {
            return;
        }
        var names = types.Select(static t => JsonNamingPolicy.KebabCaseLower.ConvertName(t.ToString())).ToList();
        faults.Add(
            field,
            $"must be the code of an attribute of type {string.Join(" or ", names)}",
            $"应为类型是 {string.Join(" 或 ", names)} 的属性代码"
        );
    }

    private static void CheckLink(LinkRule? rule, string field, Faults faults)
    {
        if (rule is null || !LinkTypes.Contains(rule.Type))
        {
            var known = string.Join(", ", LinkTypes);
            faults.Add($"{field}.type", $"must be one of {known}", $"应为以下之一：{known}");
            return;
        }
        if (rule.Templates.Count > MaxLinkRules || !rule.Templates.All(IsCode))
        {
            faults.Add(
                $"{field}.templates",
                $"holds at most {MaxLinkRules} codes of templates",
                $"最多 {MaxLinkRules} 个模板代码"
            );
        }
        if (rule.Most < 1)
        {
            faults.Add($"{field}.most", "must be 1 or more", "应不小于 1");
        }
        if (rule.Least < 1)
        {
            faults.Add($"{field}.least", "must be 1 or more", "应不小于 1");
        }
    }

    /// <summary>Checks what a template has for the SNMS protocol.</summary>
    private static void CheckSnms(Template template, Faults faults)
    {
        if (
            template.VersionText is { } text
            && (text.Length is 0 or > MaxVersionText || text.Any(char.IsControl) || text.Trim() != text)
        )
        {
            faults.Add(
                "versionText",
                $"has 1 to {MaxVersionText} characters, none of them control characters, and no blanks at its ends",
                $"应为 1 至 {MaxVersionText} 个字符，不含控制字符，首尾不得为空白"
            );
        }
        if (
            template.Industry is { } industry
            && ((string?[])[industry.Category, industry.Specific, industry.Trade, industry.Subclass]).Any(code =>
                code?.Length > IndustryCodes.MaxLength
            )
        )
        {
            faults.Add(
                "industry",
                $"has codes of at most {IndustryCodes.MaxLength} characters",
                $"各级代码最多 {IndustryCodes.MaxLength} 个字符"
            );
        }
        if (template.CarrierType is not (null or 1 or 2))
        {
            faults.Add("carrierType", "must be 1 or 2", "应为 1 或 2");
        }
    }

    private static void CheckAttributes(
        IReadOnlyList<AttributeDefinition> attributes,
        IReadOnlyList<Template> earlier,
        Faults faults
    )
    {
        var codes = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var indexes = new HashSet<int>();
        for (var i = 0; i < attributes.Count; i++)
        {
            var attribute = attributes[i];
            var field = $"attributes[{i}]";
            if (!CheckCode(attribute, field, faults))
            {
                continue;
            }
            if (!codes.Add(attribute.Code))
            {
                faults.Add(field + ".code", "is used twice", "重复");
            }
            CheckIndex(attribute, indexes, field, faults);
            CheckNames(attribute.Names, field + ".names", faults);
            CheckUnit(attribute, field, faults);
            CheckAgainstEarlier(attribute, earlier, field, faults);
            CheckRulesFitType(attribute, field, faults);
        }
    }

    /// <summary>False for a code of the wrong form. The attribute is then not checked further.</summary>
    private static bool CheckCode(AttributeDefinition attribute, string field, Faults faults)
    {
        if (attribute.Code is null || !AttributeCodeForm().IsMatch(attribute.Code))
        {
            faults.Add(
                field + ".code",
                "must be 1 to 50 letters, digits, '_', '-' or '.', beginning with a letter",
                "应为 1 至 50 个字母、数字、'_'、'-' 或 '.'，以字母开头"
            );
            return false;
        }
        // Codes are types over the Handle protocol, where a value of such a type is a key or a right.
        if (attribute.Code.StartsWith("HS_", StringComparison.OrdinalIgnoreCase))
        {
            faults.Add(
                field + ".code",
                "must not begin with HS_, which types of the Handle protocol do",
                "不得以 HS_ 开头，该前缀用于 Handle 协议自身的类型"
            );
            return false;
        }
        return true;
    }

    private static void CheckIndex(AttributeDefinition attribute, HashSet<int> indexes, string field, Faults faults)
    {
        if (attribute.Index < AttributeDefinition.FirstIndex)
        {
            faults.Add(
                field + ".index",
                $"must be {AttributeDefinition.FirstIndex} or more",
                $"应不小于 {AttributeDefinition.FirstIndex}"
            );
        }
        if (!indexes.Add(attribute.Index))
        {
            faults.Add(field + ".index", "is used twice", "重复");
        }
    }

    private static void CheckAgainstEarlier(
        AttributeDefinition attribute,
        IReadOnlyList<Template> earlier,
        string field,
        Faults faults
    )
    {
        foreach (var old in earlier.SelectMany(t => t.Attributes))
        {
            if (old.Code == attribute.Code && old.Index != attribute.Index)
            {
                faults.Add(
                    field + ".index",
                    $"must stay {old.Index}, as in earlier versions",
                    $"须与早先版本一致，为 {old.Index}"
                );
                return;
            }
            if (old.Code == attribute.Code && (old.Type != attribute.Type || old.Repeated != attribute.Repeated))
            {
                faults.Add(
                    field + ".type",
                    "must stay as in earlier versions; use another code",
                    "须与早先版本一致；请改用其他属性代码"
                );
                return;
            }
            if (old.Code != attribute.Code && old.Index == attribute.Index)
            {
                faults.Add(
                    field + ".index",
                    $"belongs to {old.Code} in an earlier version",
                    $"在早先版本中属于 {old.Code}"
                );
                return;
            }
        }
    }

    private static void CheckRulesFitType(AttributeDefinition attribute, string field, Faults faults)
    {
        CheckPattern(attribute, field, faults);
        CheckLengths(attribute, field, faults);
        CheckChoices(attribute, field, faults);
        if (attribute.Unique && attribute.Repeated)
        {
            faults.Add(field + ".unique", "cannot be combined with repeated", "不能与 repeated 同时使用");
        }
        CheckBounds(attribute, field, faults);
    }

    private static void CheckPattern(AttributeDefinition attribute, string field, Faults faults)
    {
        if (attribute.Pattern is null)
        {
            return;
        }
        if (attribute.Type != AttributeType.Text)
        {
            faults.Add(field + ".pattern", "is for type text only", "仅用于 text 类型");
        }
        else if (attribute.Pattern.Length > 500 || !Compiles(attribute))
        {
            faults.Add(
                field + ".pattern",
                "must be a regular expression of at most 500 characters without backreferences or lookarounds",
                "应为不超过 500 字符的正则表达式，不含反向引用和环视"
            );
        }
    }

    private static void CheckLengths(AttributeDefinition attribute, string field, Faults faults)
    {
        if (
            (attribute.MinLength is not null || attribute.MaxLength is not null)
            && attribute.Type != AttributeType.Text
        )
        {
            faults.Add(field + ".maxLength", "is for type text only", "仅用于 text 类型");
        }
        if (
            attribute.MinLength < 0
            || attribute.MaxLength is < 1 or > ValueCodec.MaxTextLength
            || attribute.MinLength > attribute.MaxLength
        )
        {
            faults.Add(
                field + ".maxLength",
                $"must be 1 to {ValueCodec.MaxTextLength} and not below minLength",
                $"应为 1 至 {ValueCodec.MaxTextLength}，且不小于 minLength"
            );
        }
    }

    private static void CheckChoices(AttributeDefinition attribute, string field, Faults faults)
    {
        if (attribute.Type != AttributeType.Choice)
        {
            if (attribute.Choices is not null)
            {
                faults.Add(field + ".choices", "is for type choice only", "仅用于 choice 类型");
            }
            if (attribute.ChoiceNames is not null)
            {
                faults.Add(field + ".choiceNames", "is for type choice only", "仅用于 choice 类型");
            }
            return;
        }
        if (
            attribute.Choices is not { Count: > 0 and <= 500 } choices
            || choices.Any(string.IsNullOrEmpty)
            || choices.Distinct(StringComparer.Ordinal).Count() != choices.Count
        )
        {
            faults.Add(field + ".choices", "needs 1 to 500 different texts", "需要 1 至 500 个互不相同的文本");
            return;
        }
        foreach (var (choice, names) in attribute.ChoiceNames ?? new Dictionary<string, Names>())
        {
            if (!choices.Contains(choice, StringComparer.Ordinal))
            {
                faults.Add($"{field}.choiceNames.{choice}", "is none of the choices", "不在 choices 之中");
            }
            CheckNames(names, $"{field}.choiceNames.{choice}", faults);
        }
    }

    private static void CheckUnit(AttributeDefinition attribute, string field, Faults faults)
    {
        if (attribute.Unit is null && attribute.UnitNames is not null)
        {
            faults.Add(field + ".unitNames", "needs unit", "须同时给出 unit");
        }
        CheckNames(attribute.UnitNames, field + ".unitNames", faults);
    }

    private static void CheckBounds(AttributeDefinition attribute, string field, Faults faults)
    {
        if (attribute.Minimum is null && attribute.Maximum is null)
        {
            return;
        }
        if (
            attribute.Type
            is not (AttributeType.Integer or AttributeType.Decimal or AttributeType.Date or AttributeType.DateTime)
        )
        {
            faults.Add(field + ".minimum", "is for numbers, dates and times only", "仅用于数字、日期和时间类型");
            return;
        }
        var single = attribute with { Minimum = null, Maximum = null, Repeated = false };
        var minimum = Bound(single, attribute.Minimum, field + ".minimum", faults);
        var maximum = Bound(single, attribute.Maximum, field + ".maximum", faults);
        if (minimum is not null && maximum is not null)
        {
            var order = attribute.Type is AttributeType.Integer or AttributeType.Decimal
                ? DecimalText.Compare(minimum, maximum)
                : string.CompareOrdinal(minimum, maximum);
            if (order > 0)
            {
                faults.Add(field + ".minimum", "is above the maximum", "大于最大值");
            }
        }
    }

    private static string? Bound(AttributeDefinition single, string? bound, string field, Faults faults)
    {
        if (bound is null)
        {
            return null;
        }
        var canonical = ValueCodec.Canonicalise(single, InputValue.OfText(bound));
        if (!canonical.IsOk)
        {
            faults.Add(field, "is not a value of the attribute's type", "不是该类型的值");
            return null;
        }
        return canonical.Value;
    }

    private static void CheckNames(Names? names, string field, Faults faults)
    {
        if (names?.En?.Length > 200 || names?.Zh?.Length > 200)
        {
            faults.Add(field, "has at most 200 characters", "最多 200 个字符");
        }
    }

    private static bool Compiles(AttributeDefinition attribute)
    {
        try
        {
            // The pattern must also compile by itself: "a)|(b" is valid only within the group that anchors it.
            _ = new Regex(attribute.Pattern!, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return attribute.Regex is not null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,49}\z")]
    private static partial Regex CodeForm();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_.-]{0,49}\z")]
    private static partial Regex AttributeCodeForm();
}
