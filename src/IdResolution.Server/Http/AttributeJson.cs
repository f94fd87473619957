using System.Text.Json;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Http;

/// <summary>Writes attributes as JSON.</summary>
internal static class AttributeJson
{
    /// <summary>Writes the member <c>attributes</c>: an object of values by code.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<AttributeValue> attributes)
    {
        writer.WriteStartObject("attributes"u8);
        for (var i = 0; i < attributes.Count; i++)
        {
            var (attribute, canonical) = attributes[i];
            writer.WritePropertyName(attribute.Code);
            if (attribute.Repeated || ValueCodec.IsBare(attribute.Type))
            {
                writer.WriteRawValue(canonical, skipInputValidation: true);
            }
            else
            {
                writer.WriteStringValue(canonical);
            }
        }
        writer.WriteEndObject();
    }
}
