using System.Text.Json;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Writes what is where.</summary>
internal static class StockJson
{
    public static void Write(Utf8JsonWriter writer, StockPage page)
    {
        writer.WriteStartObject();
        JsonLists.Write(writer, "items"u8, page.Lines, Write);
        WriteText(writer, "next", page.Next);
        WriteAge(writer, page.Number, page.Behind);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, Stocktake taken, Language language)
    {
        writer.WriteStartObject();
        writer.WriteString("place"u8, taken.Place);
        writer.WriteBoolean("right"u8, taken.IsRight);
        writer.WriteNumber("expected"u8, taken.Expected);
        writer.WriteNumber("counted"u8, taken.Counted);
        JsonLists.Write(writer, "missing"u8, taken.Missing, Write);
        JsonLists.Write(writer, "elsewhere"u8, taken.Elsewhere, Write);
        JsonLists.Write(writer, "unexpected"u8, taken.Unexpected);
        JsonLists.Write(writer, "unknown"u8, taken.Unknown);
        JsonLists.Write(writer, "twice"u8, taken.Twice);
        writer.WriteStartArray("recorded"u8);
        foreach (var recorded in taken.Recorded)
        {
            writer.WriteStartObject();
            EventJson.WriteResult(writer, recorded, language);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        WriteAge(writer, taken.Number, taken.Behind);
        writer.WriteEndObject();
    }

    private static void WriteAge(Utf8JsonWriter writer, long number, long behind)
    {
        writer.WriteNumber("number"u8, number);
        writer.WriteNumber("behind"u8, behind);
    }

    public static void Write(Utf8JsonWriter writer, Fulfilment order)
    {
        writer.WriteStartObject();
        writer.WriteString("identifier"u8, order.Identifier);
        WriteText(writer, "template", order.Template);
        writer.WriteBoolean("complete"u8, order.IsComplete);
        writer.WriteStartArray("lines"u8);
        foreach (var line in order.Lines)
        {
            writer.WriteStartObject();
            WriteText(writer, "material", line.Material);
            WriteText(writer, "unit", line.Unit);
            writer.WriteNumber("planned"u8, line.Planned);
            writer.WriteNumber("picked"u8, line.Picked);
            writer.WriteNumber("shipped"u8, line.Shipped);
            writer.WriteNumber("received"u8, line.Received);
            writer.WriteNumber("missing"u8, line.Missing);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        JsonLists.Write(writer, "unreadable"u8, order.Unreadable);
        writer.WriteNumber("number"u8, order.Number);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, StockLine line)
    {
        writer.WriteStartObject();
        writer.WriteString("identifier"u8, line.Identifier);
        WriteText(writer, "template", line.Template);
        writer.WriteString("place"u8, line.Place);
        WriteText(writer, "in", line.In);
        if (line.Quantity is { } quantity)
        {
            writer.WritePropertyName("quantity"u8);
            writer.WriteRawValue(quantity);
        }
        WriteText(writer, "unit", line.Unit);
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }
}
