using System.Text.Json;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Json;

/// <summary>Writes and reads a handle with its values as JSON: <c>{"handle": …, "values": […]}</c>.</summary>
public static class HandleRecordJson
{
    /// <summary>Writes an object with the members <c>handle</c> and <c>values</c>.</summary>
    public static void Write(Utf8JsonWriter json, string handle, IReadOnlyList<HandleValue> values)
    {
        json.WriteStartObject();
        json.WriteString("handle", handle);
        json.WritePropertyName("values");
        WriteValues(json, values);
        json.WriteEndObject();
    }

    /// <summary>Writes the values alone, as an array.</summary>
    public static void WriteValues(Utf8JsonWriter json, IReadOnlyList<HandleValue> values)
    {
        json.WriteStartArray();
        foreach (var value in values)
        {
            HandleValueJson.Write(json, value);
        }
        json.WriteEndArray();
    }

    /// <summary>Reads an object with members <c>handle</c> and <c>values</c>; false if there is a problem.</summary>
    /// <param name="element">The object to read.</param>
    /// <param name="handle">The handle as it is spelled.</param>
    /// <param name="values">The values; empty if there is a problem.</param>
    /// <param name="problem">The first problem found; null if there is none.</param>
    public static bool TryRead(
        JsonElement element,
        out string handle,
        out IReadOnlyList<HandleValue> values,
        out JsonProblem? problem
    )
    {
        var name = "";
        IReadOnlyList<HandleValue> list = [];
        var done = JsonFields.TryWhole(
            "",
            fields =>
                fields.IsObject(element, "")
                && fields.TryText(element, "", "handle", out name)
                && fields.TryItems(
                    element,
                    "",
                    "values",
                    (item, at) => HandleValueJson.Read(fields, item, at),
                    out list
                ),
            out problem
        );
        handle = name;
        values = list;
        return done;
    }

    /// <summary>
    /// True if a body has a form that <see cref="TryReadValues"/> reads: an array, an object with <c>values</c>, or a
    /// single value, which has an <c>index</c>. What is in it may be wrong.
    /// </summary>
    public static bool HasValues(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array
        || (
            element.ValueKind == JsonValueKind.Object
            && (element.TryGetProperty("values", out _) || element.TryGetProperty("index", out _))
        );

    /// <summary>Reads the values of a request: an array, an object with <c>values</c>, or a single value.</summary>
    /// <param name="element">The body of the request.</param>
    /// <param name="values">The values; empty if there is a problem.</param>
    /// <param name="problem">The first problem found; null if there is none.</param>
    public static bool TryReadValues(
        JsonElement element,
        out IReadOnlyList<HandleValue> values,
        out JsonProblem? problem
    )
    {
        IReadOnlyList<HandleValue> list = [];
        var done = JsonFields.TryWhole("", fields => TryValues(fields, element, out list), out problem);
        values = list;
        return done;
    }

    private static bool TryValues(JsonFields fields, JsonElement element, out IReadOnlyList<HandleValue> values)
    {
        HandleValue? One(JsonElement item, string at) => HandleValueJson.Read(fields, item, at);

        values = [];
        if (element.ValueKind == JsonValueKind.Array)
        {
            return fields.TryItems(element, "values", One, out values);
        }
        if (!fields.IsObject(element, ""))
        {
            return false;
        }
        if (JsonFields.TryField(element, "values", out _))
        {
            return fields.TryItems(element, "", "values", One, out values);
        }
        if (One(element, "") is not { } value)
        {
            return false;
        }
        values = [value];
        return true;
    }
}
