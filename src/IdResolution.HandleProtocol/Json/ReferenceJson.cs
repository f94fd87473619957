using System.Text.Json;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Json;

/// <summary>A reference to a value as JSON: <c>{"handle": …, "index": …}</c>.</summary>
internal static class ReferenceJson
{
    public static void Write(Utf8JsonWriter json, ValueReference reference)
    {
        json.WriteStartObject();
        json.WriteString("handle", reference.Handle);
        json.WriteNumber("index", reference.Index);
        json.WriteEndObject();
    }

    public static void WriteAll(Utf8JsonWriter json, IEnumerable<ValueReference> references)
    {
        json.WriteStartArray();
        foreach (var reference in references)
        {
            Write(json, reference);
        }
        json.WriteEndArray();
    }

    public static ValueReference? Read(JsonFields fields, JsonElement element, string path) =>
        fields.IsObject(element, path)
        && fields.TryText(element, path, "handle", out var handle)
        && fields.TryNumber(element, path, "index", int.MinValue, int.MaxValue, out var index)
            ? new ValueReference(handle, index)
            : null;
}
