using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// Reads the query of <c>/api/v1/search</c>: <c>template</c>, <c>source</c>, <c>sourceKey</c>, <c>createdFrom</c>,
/// <c>createdBefore</c>, and one searchable attribute as <c>attr.CODE=value</c>, as <c>attr.CODE.from=</c> and
/// <c>attr.CODE.to=</c> (both inclusive), or as <c>attr.CODE.prefix=</c>.
/// </summary>
internal static class SearchQuery
{
    public static Result<RecordQuery> Read(HttpContext context, NodeCatalog catalog)
    {
        var faults = new Faults();
        var read = ReadNamed(context, catalog, faults);
        var template = Find(read.Template, context, catalog);
        foreach (var (name, values) in context.Request.Query)
        {
            if (name.StartsWith("attr.", StringComparison.Ordinal))
            {
                var condition = Condition.Of(name, values.ToString());
                var known = template?.Find(condition.Code) is { } one && catalog.MayShow(one, context.Caller());
                read = WithAttribute(read, condition, known ? template : null, faults);
            }
        }
        if (read.Before is not null && string.CompareOrdinal(read.From, read.Before) >= 0)
        {
            var code = template!.Attributes.First(a => a.Index == read.AttributeIndex).Code;
            faults.Add($"attr.{code}.from", $"must not be greater than attr.{code}.to", $"不应大于 attr.{code}.to");
            faults.Add($"attr.{code}.to", $"must not be less than attr.{code}.from", $"不应小于 attr.{code}.from");
        }
        return faults.TryCombine(out var error) ? error : read;
    }

    /// <summary>Reads the conditions that do not depend on a template's attributes.</summary>
    private static RecordQuery ReadNamed(HttpContext context, NodeCatalog catalog, Faults faults)
    {
        var template = HttpResults.Text(context, "template");
        if (template is not null && Find(template, context, catalog) is null)
        {
            faults.Add(Invalid("template", $"There is no template {template}.", $"没有模板 {template}。"));
        }
        var source = HttpResults.Text(context, "source");
        var sourceKey = HttpResults.Text(context, "sourceKey");
        if (sourceKey is not null && source is null)
        {
            faults.Add(Invalid("source", "source is needed with sourceKey.", "给出 sourceKey 时须同时给出 source。"));
        }
        var (from, before) = (Time(context, "createdFrom"), Time(context, "createdBefore"));
        if (from >= before)
        {
            faults.Add("createdFrom", "must be earlier than createdBefore", "应早于 createdBefore");
            faults.Add("createdBefore", "must be later than createdFrom", "应晚于 createdFrom");
        }
        return KeyFinder.Search(catalog, source, sourceKey) with
        {
            Template = template,
            CreatedFrom = from,
            CreatedBefore = before,
        };
    }

    /// <summary>The newest version of a template that the caller is shown; else null.</summary>
    private static Template? Find(string? code, HttpContext context, NodeCatalog catalog) =>
        code is not null && catalog.FindLatest(code) is { } template && context.Caller().Shares(template.Prefix)
            ? template
            : null;

    private static RecordQuery WithAttribute(RecordQuery read, Condition condition, Template? template, Faults faults)
    {
        var (name, code) = (condition.Name, condition.Code);
        if (template?.Find(code) is not { Searchable: true } attribute)
        {
            faults.Add(
                Invalid(
                    name,
                    $"{code} must be a searchable attribute of the template given.",
                    $"{code} 应为所给模板的可检索属性。"
                )
            );
            return read;
        }
        if (read.AttributeIndex is { } other && other != attribute.Index)
        {
            faults.Add(Invalid(name, "One attribute at a time can be searched.", "一次只能检索一个属性。"));
            return read;
        }
        read = read with { AttributeIndex = attribute.Index, From = read.From ?? "" };
        return condition.Kind == "prefix"
            ? WithPrefix(read, condition, attribute, faults)
            : WithBounds(read, condition, attribute, faults);
    }

    private static RecordQuery WithPrefix(
        RecordQuery read,
        Condition condition,
        AttributeDefinition attribute,
        Faults faults
    )
    {
        if (IsNumber(attribute))
        {
            faults.Add(
                Invalid(condition.Name, "Numbers are searched by .from= and .to=.", "数字请用 .from= 和 .to= 检索。")
            );
        }
        // The upper bound ends with the greatest code point, so all texts with the prefix sort before it.
        return read with { From = condition.Value, Before = condition.Value + "\U0010FFFF" };
    }

    private static RecordQuery WithBounds(
        RecordQuery read,
        Condition condition,
        AttributeDefinition attribute,
        Faults faults
    )
    {
        var input = InputValue.OfText(condition.Value);
        if (!ValueCodec.Canonicalise(WithoutRules(attribute), in input).TryGet(out var canonical, out var error))
        {
            faults.Add(error with { Field = condition.Name });
            return read;
        }
        var text = ValueCodec.SearchText(attribute, canonical);
        // A number is compared by its sort key, the first 16 characters. For other types the upper bound is the text
        // with a NUL: no text sorts between the two, so the text itself is included.
        var isNumber = IsNumber(attribute);
        return condition.Kind switch
        {
            "from" => read with { From = isNumber ? text[..16] : text },
            "to" => read with { Before = isNumber ? text[..16] + '\uffff' : text + '\0' },
            _ => read with { From = text, Before = text + '\0' },
        };
    }

    /// <summary>The attribute without its rules. A search value only needs the right type.</summary>
    private static AttributeDefinition WithoutRules(AttributeDefinition attribute) =>
        attribute with
        {
            Repeated = false,
            Required = false,
            Minimum = null,
            Maximum = null,
            Pattern = null,
            MinLength = null,
            MaxLength = null,
        };

    private static bool IsNumber(AttributeDefinition attribute) =>
        attribute.Type is AttributeType.Integer or AttributeType.Decimal;

    private static long? Time(HttpContext context, string name) =>
        HttpResults.Text(context, name) is { } text && TextParameter.TryTime(text, out var time)
            ? Micros.Of(time)
            : null;

    private static Error Invalid(string field, string en, string zh) => Error.Of(ErrorCode.InvalidValue, en, zh, field);

    /// <param name="Name">The name in the query, such as <c>attr.line.from</c>.</param>
    /// <param name="Code">The attribute's code.</param>
    /// <param name="Kind"><c>from</c>, <c>to</c> or <c>prefix</c>; empty for equality.</param>
    /// <param name="Value">The value from the query, still as text.</param>
    private sealed record Condition(string Name, string Code, string Kind, string Value)
    {
        private static readonly string[] s_kinds = ["from", "to", "prefix"];

        public static Condition Of(string name, string value)
        {
            var code = name["attr.".Length..];
            var kind = Array.Find(s_kinds, known => code.EndsWith("." + known, StringComparison.Ordinal)) ?? "";
            return new Condition(name, kind.Length == 0 ? code : code[..^(kind.Length + 1)], kind, value);
        }
    }
}
