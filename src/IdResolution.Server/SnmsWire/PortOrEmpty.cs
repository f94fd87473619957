using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdResolution.Server.SnmsWire;

/// <summary>A port as a number or a text of digits; an empty text is none (null).</summary>
internal sealed class PortOrEmpty : JsonConverter<int?>
{
    public override int? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.Number when reader.TryGetInt32(out var number) => number,
            JsonTokenType.String when reader.ValueTextEquals(""u8) => null,
            JsonTokenType.String
                when int.TryParse(
                    reader.GetString(),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var number
                ) => number,
            _ => throw new JsonException("A port, or an empty text."),
        };

    public override void Write(Utf8JsonWriter writer, int? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value?.ToString(CultureInfo.InvariantCulture) ?? "");
}
