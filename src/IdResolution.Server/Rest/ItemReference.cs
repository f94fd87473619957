using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Rest;

/// <summary>Reads an item that JSON names by its business key, or by an attribute that it alone has so.</summary>
internal static class ItemReference
{
    private static readonly string[] s_members = ["source", "sourceKey", "prefix", "template", "attributes"];

    /// <summary>Reads the object. What is wrong with it becomes faults.</summary>
    public static ItemAsked Read(JsonElement json, string field, Faults faults)
    {
        var asked = new ItemAsked(null);
        string? template = null;
        List<KeyValuePair<string, InputValue>> attributes = [];
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(BodyReader.Shape(field, "must be an object", "应为对象"));
            return asked;
        }
        foreach (var member in json.EnumerateObject())
        {
            var (value, at) = (member.Value, $"{field}.{member.Name}");
            if (value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }
            switch (member.Name)
            {
                case "source":
                    asked = asked with { Source = AnalysisBody.Text(value, at, faults) };
                    break;
                case "sourceKey":
                    asked = asked with { SourceKey = AnalysisBody.Text(value, at, faults) };
                    break;
                case "prefix":
                    asked = asked with { Prefix = AnalysisBody.Text(value, at, faults) };
                    break;
                case "template":
                    template = AnalysisBody.Text(value, at, faults);
                    break;
                case "attributes":
                    attributes = AnalysisBody.Attributes(value, at, faults);
                    break;
                default:
                    faults.Add(BodyReader.Unknown(at, s_members));
                    break;
            }
        }
        if (template is not null && attributes is [var (code, wanted)])
        {
            return asked with { Search = new ItemSearch(template, code, wanted) };
        }
        if (template is not null || attributes.Count > 0 || !asked.IsByKey)
        {
            faults.Add(
                field,
                "must have source and sourceKey, or template and one attribute",
                "应含 source 与 sourceKey，或 template 与一个属性"
            );
        }
        return asked;
    }
}
