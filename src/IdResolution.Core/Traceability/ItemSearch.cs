using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>A search for the item of a template that has a value.</summary>
/// <param name="Template">The code of the template.</param>
/// <param name="Attribute">The code of a searchable attribute.</param>
/// <param name="Value">Its value.</param>
public sealed record ItemSearch(string Template, string Attribute, InputValue Value)
{
    /// <summary>Reads <c>TEMPLATE:ATTRIBUTE=VALUE</c>.</summary>
    public static Result<ItemSearch> Parse(string? text, string field)
    {
        if (text?.Split(':', 2) is [var template, var rest] && rest.Split('=', 2) is [var code, var value])
        {
            return new ItemSearch(template, code, InputValue.OfText(value));
        }
        return Error.Of(
            ErrorCode.InvalidValue,
            $"{field} must be TEMPLATE:ATTRIBUTE=VALUE.",
            $"{field} 应为 TEMPLATE:ATTRIBUTE=VALUE。",
            field
        );
    }

    /// <summary>The search among the records of the newest version of the template.</summary>
    /// <param name="field">The field that faults name, which says both template and attribute.</param>
    /// <param name="known">The catalog.</param>
    /// <param name="caller">Who asks.</param>
    internal Result<RecordQuery> ToQuery(string field, NodeCatalog known, Caller caller)
    {
        if (known.FindLatest(Template) is not { } template || !caller.Shares(template.Prefix))
        {
            return Error.Of(
                ErrorCode.InvalidValue,
                $"{field}: {Template} is no template of this node.",
                $"{field}：{Template} 不是本节点的模板。",
                field
            );
        }
        var faults = new Faults();
        if (template.Find(Attribute) is { } attribute && !known.MayShow(attribute, caller))
        {
            // The same as for one that there is not.
            template = template with
            {
                Attributes = [],
            };
        }
        var query = With(new RecordQuery { Template = template.Code }, template, Attribute, Value, field, faults);
        return faults.TryCombine(out var error) ? error : query;
    }

    /// <summary>A search with the condition that a searchable attribute has a value.</summary>
    internal static RecordQuery With(
        RecordQuery query,
        Template template,
        string code,
        InputValue value,
        string field,
        Faults faults
    )
    {
        if (template.Find(code) is not { Searchable: true, State: AttributeState.Active } attribute)
        {
            faults.Add(field, "must be a searchable attribute of the template", "应为该模板的可检索属性");
            return query;
        }
        // One item of a repeated attribute is searched for.
        var single = attribute with
        {
            Repeated = false,
            Required = false,
        };
        if (value.IsEmpty || !ValueCodec.Canonicalise(single, in value).TryGet(out var canonical, out _))
        {
            faults.Add(field, "is no value of this attribute", "不是该属性的取值");
            return query;
        }
        var text = ValueCodec.SearchText(attribute, canonical);
        return query with { AttributeIndex = attribute.Index, From = text, Before = text + '\0' };
    }
}
