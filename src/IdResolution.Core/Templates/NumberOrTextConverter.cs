using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdResolution.Core.Templates;

/// <summary>Reads and writes a bound in JSON: a number as written, or a text such as a date.</summary>
internal sealed class NumberOrTextConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Number => Encoding.UTF8.GetString(
                reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan
            ),
            JsonTokenType.String => reader.GetString(),
            _ => throw new JsonException("A bound is a number or a text."),
        };

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options)
    {
        if (value is not null && DecimalText.TryCanonicalise(value, out var number))
        {
            writer.WriteRawValue(number);
        }
        else
        {
            writer.WriteStringValue(value);
        }
    }
}
