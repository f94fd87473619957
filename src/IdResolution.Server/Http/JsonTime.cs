using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdResolution.Server.Http;

/// <summary>
/// The one form of times in the API: UTC to the microsecond, <c>2026-08-01T05:22:00.907922Z</c>, in which attributes
/// are kept too.
/// </summary>
internal sealed class JsonTime : JsonConverter<DateTimeOffset>
{
    // The round-trip form has a seventh decimal, which the store does not keep.
    private const int Length = 28;

    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[Length];
        writer.WriteString(name, Format(time, text));
    }

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[Length];
        writer.WriteStringValue(Format(value, text));
    }

    private static ReadOnlySpan<byte> Format(DateTimeOffset time, Span<byte> text)
    {
        time.UtcDateTime.TryFormat(text, out var length, "O", CultureInfo.InvariantCulture);
        text[length - 2] = (byte)'Z';
        return text[..(length - 1)];
    }
}
