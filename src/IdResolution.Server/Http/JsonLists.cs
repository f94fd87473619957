using System.Text.Json;

namespace IdResolution.Server.Http;

/// <summary>Writes lists.</summary>
internal static class JsonLists
{
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IEnumerable<string> texts) =>
        Write(writer, name, texts, static (json, text) => json.WriteStringValue(text));

    public static void Write<T>(
        Utf8JsonWriter writer,
        ReadOnlySpan<byte> name,
        IEnumerable<T> all,
        Action<Utf8JsonWriter, T> write
    )
    {
        writer.WriteStartArray(name);
        foreach (var one in all)
        {
            write(writer, one);
        }
        writer.WriteEndArray();
    }
}
