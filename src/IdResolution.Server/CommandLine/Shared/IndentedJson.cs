using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdResolution.Core.Catalog;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>
/// Writes JSON for people at a terminal: Chinese text is not escaped, and lines are indented unless one line is wanted.
/// </summary>
internal static class IndentedJson
{
    private static readonly CatalogJson s_documents = new(
        new JsonSerializerOptions(CatalogJson.Default.Options)
        {
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    /// <summary>The JSON of a document of the core, such as a template pack.</summary>
    public static string Of<T>(T document) =>
        JsonSerializer.Serialize(document, (JsonTypeInfo<T>)s_documents.GetTypeInfo(typeof(T))!);

    public static string Write(Action<Utf8JsonWriter> write, bool indented = true)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (
            var writer = new Utf8JsonWriter(
                buffer,
                new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            write(writer);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
