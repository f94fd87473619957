using System.Globalization;
using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Snms;

namespace IdResolution.Server.Snms;

/// <summary>
/// Reads identifiers with their values, member by member: a deserializer takes three times as long, and a batch has
/// thousands of values. What is not of the right form is named by its path.
/// </summary>
internal static class IdentifierBody
{
    /// <summary>Reads an identifier.</summary>
    /// <param name="json">The identifier.</param>
    /// <param name="before">The one before it in a batch: most have its template and types, and so its texts.</param>
    public static Result<SnmsItem> Read(JsonElement json, SnmsItem? before = null)
    {
        string? handle = null;
        string? version = null;
        SnmsGiven[]? values = null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            return SnmsErrors.Misshapen("body");
        }
        foreach (var member in json.EnumerateObject())
        {
            string? fault = null;
            if (member.NameEquals("handle"u8))
            {
                fault = ReadText("handle", member, out handle);
            }
            else if (member.NameEquals("templateVersion"u8))
            {
                fault = ReadText("templateVersion", member, out version, before?.TemplateVersion);
            }
            else if (member.NameEquals("value"u8))
            {
                fault = ReadValues(member.Value, out values, before?.Values);
            }
            if (fault is not null)
            {
                return SnmsErrors.Misshapen(fault);
            }
        }
        return new SnmsItem(handle, version, values);
    }

    // Each of these gives the path of what is not of the right form, or null.
    private static string? ReadValues(JsonElement json, out SnmsGiven[]? values, IReadOnlyList<SnmsGiven>? before)
    {
        values = null;
        if (json.ValueKind != JsonValueKind.Array)
        {
            return json.ValueKind == JsonValueKind.Null ? null : "value";
        }
        values = new SnmsGiven[json.GetArrayLength()];
        var i = 0;
        foreach (var value in json.EnumerateArray())
        {
            if (ReadValue(value, out values[i], i < before?.Count ? before[i].Type : null) is { } fault)
            {
                return $"value[{i}]{fault}";
            }
            i++;
        }
        return null;
    }

    private static string? ReadValue(JsonElement json, out SnmsGiven value, string? likelyType)
    {
        value = default;
        if (json.ValueKind != JsonValueKind.Object)
        {
            return json.ValueKind == JsonValueKind.Null ? null : "";
        }
        int? index = null;
        string? type = null;
        string? format = null;
        string? text = null;
        foreach (var member in json.EnumerateObject())
        {
            string? fault = null;
            if (member.NameEquals("index"u8))
            {
                fault = ReadNumber(".index", member.Value, out index);
            }
            else if (member.NameEquals("type"u8))
            {
                fault = ReadText(".type", member, out type, likelyType);
            }
            else if (member.NameEquals("data"u8))
            {
                fault = ReadData(member.Value, out format, out text);
            }
            else if (member.NameEquals("auth"u8))
            {
                // The code of its permissions says nothing to this node.
                fault = member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null ? null : ".auth";
            }
            if (fault is not null)
            {
                return fault;
            }
        }
        value = new SnmsGiven(index, type, format, text);
        return null;
    }

    private static string? ReadData(JsonElement json, out string? format, out string? text)
    {
        (format, text) = (null, null);
        if (json.ValueKind != JsonValueKind.Object)
        {
            return json.ValueKind == JsonValueKind.Null ? null : ".data";
        }
        foreach (var member in json.EnumerateObject())
        {
            string? fault = null;
            if (member.NameEquals("format"u8))
            {
                fault = ReadText(".data.format", member, out format, SnmsGiven.Texts);
            }
            else if (member.NameEquals("value"u8))
            {
                fault = ReadText(".data.value", member, out text);
            }
            if (fault is not null)
            {
                return fault;
            }
        }
        return null;
    }

    private static string? ReadText(string path, JsonProperty member, out string? text, string? likely = null)
    {
        var isText = member.Value.ValueKind == JsonValueKind.String;
        text = null;
        if (isText)
        {
            text = likely is not null && member.Value.ValueEquals(likely) ? likely : member.Value.GetString();
        }
        return isText || member.Value.ValueKind == JsonValueKind.Null ? null : path;
    }

    /// <summary>Reads a whole number, which some callers send as a text of digits.</summary>
    private static string? ReadNumber(string path, JsonElement json, out int? number)
    {
        var read = 0;
        var isNumber = json.ValueKind switch
        {
            JsonValueKind.Number => json.TryGetInt32(out read),
            JsonValueKind.String => int.TryParse(
                json.GetString(),
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out read
            ),
            _ => false,
        };
        number = isNumber ? read : null;
        return isNumber || json.ValueKind == JsonValueKind.Null ? null : path;
    }
}
