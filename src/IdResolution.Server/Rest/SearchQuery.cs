using System.Globalization;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Rest;

/// <summary>
/// The query of <c>/api/v1/search</c>: <c>template</c>, one searchable attribute as <c>attr.CODE=value</c>,
/// <c>attr.CODE.from=</c>/<c>.to=</c> (both included) or <c>attr.CODE.prefix=</c>, <c>source</c>, <c>sourceKey</c>,
/// <c>createdFrom</c>, <c>createdBefore</c>.
/// </summary>
internal static class SearchQuery
{
    public static Result<RecordQuery> Read(IQueryCollection query, NodeCatalog catalog)
    {
        var errors = new List<Error>();
        var read = new RecordQuery
        {
            Template = query["template"].FirstOrDefault(),
            Source = query["source"].FirstOrDefault(),
            SourceKey = query["sourceKey"].FirstOrDefault(),
        };
        if (read.Template is not null && catalog.FindLatest(read.Template) is null)
        {
            errors.Add(Invalid("template", $"There is no template {read.Template}.", $"没有模板 {read.Template}。"));
        }
        if (read.SourceKey is not null && read.Source is null)
        {
            errors.Add(Invalid("source", "source is needed with sourceKey.", "给出 sourceKey 时须同时给出 source。"));
        }
        read = read with
        {
            CreatedFrom = Time(query, "createdFrom", errors),
            CreatedBefore = Time(query, "createdBefore", errors),
        };
        foreach (var (name, values) in query)
        {
            if (name.StartsWith("attr.", StringComparison.Ordinal))
            {
                read = WithAttribute(read, name, values.ToString(), catalog, errors);
            }
            else if (
                name
                is not ("template" or "source" or "sourceKey" or "createdFrom" or "createdBefore" or "after" or "limit")
            )
            {
                errors.Add(
                    Invalid(
                        name,
                        $"{name} is not a condition of search; see /docs.",
                        $"{name} 不是检索条件，参见 /docs。"
                    )
                );
            }
        }
        return errors.Count > 0 ? Error.Combine(errors) : read;
    }

    private static RecordQuery WithAttribute(
        RecordQuery read,
        string name,
        string value,
        NodeCatalog catalog,
        List<Error> errors
    )
    {
        var rest = name["attr.".Length..];
        var kind =
            rest.EndsWith(".from", StringComparison.Ordinal) ? "from"
            : rest.EndsWith(".to", StringComparison.Ordinal) ? "to"
            : rest.EndsWith(".prefix", StringComparison.Ordinal) ? "prefix"
            : "";
        var code = kind.Length == 0 ? rest : rest[..^(kind.Length + 1)];
        if (
            read.Template is null
            || catalog.FindLatest(read.Template)?.Find(code) is not { Searchable: true } attribute
        )
        {
            errors.Add(
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
            errors.Add(Invalid(name, "One attribute at a time can be searched.", "一次只能检索一个属性。"));
            return read;
        }
        read = read with { AttributeIndex = attribute.Index, From = read.From ?? "" };
        if (kind == "prefix")
        {
            if (attribute.Type is AttributeType.Integer or AttributeType.Decimal)
            {
                errors.Add(Invalid(name, "Numbers are searched by .from= and .to=.", "数字请用 .from= 和 .to= 检索。"));
            }
            // Nothing sorts after the last code point.
            return read with { From = value, Before = value + "\U0010FFFF" };
        }
        var single = attribute with
        {
            Repeated = false,
            Required = false,
            Minimum = null,
            Maximum = null,
            Pattern = null,
            MinLength = null,
            MaxLength = null,
        };
        if (!ValueCodec.Canonicalise(single, InputValue.OfText(value)).TryGet(out var canonical, out var error))
        {
            errors.Add(error with { Field = name });
            return read;
        }
        var text = ValueCodec.SearchText(attribute, canonical);
        // Numbers are compared by the sort key before their text; nothing sorts between a text and itself with a NUL.
        var isNumber = attribute.Type is AttributeType.Integer or AttributeType.Decimal;
        return kind switch
        {
            "from" => read with { From = isNumber ? text[..16] : text },
            "to" => read with { Before = isNumber ? text[..16] + '\uffff' : text + '\0' },
            _ => read with { From = text, Before = text + '\0' },
        };
    }

    private static long? Time(IQueryCollection query, string name, List<Error> errors)
    {
        if (query[name].FirstOrDefault() is not { } text)
        {
            return null;
        }
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return Micros.Of(time);
        }
        errors.Add(
            Invalid(
                name,
                $"{name} must be a date and time such as 2026-03-01T08:00:00Z.",
                $"{name} 应为时间，例如 2026-03-01T08:00:00Z。"
            )
        );
        return null;
    }

    private static Error Invalid(string field, string en, string zh) => Error.Of(ErrorCode.InvalidValue, en, zh, field);
}
