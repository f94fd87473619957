using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdResolution.Server.SnmsWire;

/// <summary>A whole number, which some callers send as a text of digits. It is written as a number.</summary>
internal sealed class NumberOrText : JsonConverter<int?>
{
    public override int? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number when reader.TryGetInt32(out var number):
                return number;
            case JsonTokenType.String
                when int.TryParse(
                    reader.GetString(),
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out var number
                ):
                return number;
            default:
                throw new JsonException("A whole number, or a text of digits.");
        }
    }

    public override void Write(Utf8JsonWriter writer, int? value, JsonSerializerOptions options)
    {
        if (value is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
