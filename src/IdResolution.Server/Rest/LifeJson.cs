using System.Text.Json;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Writes equipment and tools over their life.</summary>
internal static class LifeJson
{
    public static void Write(Utf8JsonWriter writer, ItemLife life)
    {
        writer.WriteStartObject();
        writer.WriteString("identifier"u8, life.Item.Spelling);
        WriteText(writer, "template", life.Item.Template);
        writer.WriteBoolean("registered"u8, life.Item.IsRegistered);
        JsonTime.Write(writer, "at"u8, Micros.ToTime(life.At));
        writer.WriteNumber("number"u8, life.Number);
        Write(writer, life.Calibration, life.Strokes);
        WriteList(writer, "values", life.Values, Write);
        WriteList(writer, "parts", life.Parts, Write);
        WriteList(writer, "events", life.Events, Write);
        writer.WriteBoolean("complete"u8, life.IsComplete);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, CalibrationPage page)
    {
        writer.WriteStartObject();
        WriteList(writer, "items", page.Lines, Write);
        WriteEnd(writer, page.Next, page.Number);
    }

    public static void Write(Utf8JsonWriter writer, MadePage page)
    {
        writer.WriteStartObject();
        WriteList(writer, "items", page.Lines, Write);
        WriteEnd(writer, page.Next, page.Number);
    }

    private static void Write(Utf8JsonWriter writer, CalibrationLine line)
    {
        WriteEvent(writer, line.Event, line.Type, line.Time, line.Step);
        writer.WriteString("role"u8, line.Role);
        writer.WriteString("name"u8, line.Name);
        WriteText(writer, "template", line.Template);
        Write(writer, line.Calibration, line.Strokes);
    }

    private static void Write(Utf8JsonWriter writer, MadeLine line)
    {
        writer.WriteString("identifier"u8, line.Identifier);
        WriteText(writer, "template", line.Template);
        writer.WriteString("role"u8, line.Role);
        WriteEvent(writer, line.Event, line.Type, line.Time, line.Step);
        WriteNumber(writer, "quantity", line.Quantity);
        WriteText(writer, "unit", line.Unit);
    }

    private static void Write(Utf8JsonWriter writer, KeyValuePair<string, SaidValue> value)
    {
        writer.WriteString("name"u8, value.Key);
        writer.WriteString("value"u8, value.Value.Value);
        WriteText(writer, "unit", value.Value.Unit);
        WriteWhence(writer, value.Value);
    }

    private static void Write(Utf8JsonWriter writer, LifePart part)
    {
        writer.WriteString("identifier"u8, part.Item.Spelling);
        WriteText(writer, "template", part.Item.Template);
        WriteText(writer, "position", part.Position);
        writer.WriteString("event"u8, part.Event);
        JsonTime.Write(writer, "since"u8, Micros.ToTime(part.Since));
    }

    private static void Write(Utf8JsonWriter writer, LifeEvent happened)
    {
        WriteEvent(writer, happened.Event, happened.Type, happened.Time, happened.Step);
        WriteText(writer, "reason", happened.Reason);
        WriteText(writer, "disposition", happened.Disposition);
    }

    private static void WriteEvent(Utf8JsonWriter writer, Guid id, EventType type, long time, string? step)
    {
        writer.WriteString("event"u8, id);
        writer.WriteString("type"u8, EventNames.Of(type));
        JsonTime.Write(writer, "time"u8, Micros.ToTime(time));
        WriteText(writer, "step", step);
    }

    /// <summary>Writes objects, of which the members are written by a function.</summary>
    private static void WriteList<T>(
        Utf8JsonWriter writer,
        string name,
        IEnumerable<T> list,
        Action<Utf8JsonWriter, T> write
    )
    {
        writer.WriteStartArray(name);
        foreach (var one in list)
        {
            writer.WriteStartObject();
            write(writer, one);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteEnd(Utf8JsonWriter writer, string? next, long number)
    {
        WriteText(writer, "next", next);
        writer.WriteNumber("number"u8, number);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, CalibrationStatus calibration, StrokeStatus? strokes)
    {
        writer.WriteStartObject("calibration"u8);
        writer.WriteString("state"u8, calibration.Name);
        if (calibration.Until is { } until)
        {
            writer.WriteString("until"u8, until.Value);
            WriteWhence(writer, until);
        }
        writer.WriteEndObject();
        if (strokes is null)
        {
            return;
        }
        writer.WriteStartObject("strokes"u8);
        WriteCount(writer, "made", strokes.Made);
        WriteCount(writer, "limit", strokes.Limit);
        writer.WriteBoolean("wornOut"u8, strokes.IsWornOut);
        WriteWhence(writer, strokes.Made);
        writer.WriteEndObject();
    }

    private static void WriteWhence(Utf8JsonWriter writer, SaidValue said)
    {
        if (said.Event is { } id)
        {
            writer.WriteString("event"u8, id);
            JsonTime.Write(writer, "time"u8, Micros.ToTime(said.Time));
            return;
        }
        writer.WriteNumber("version"u8, said.Version);
        JsonTime.Write(writer, "recordedAt"u8, Micros.ToTime(said.Time));
    }

    private static void WriteCount(Utf8JsonWriter writer, string name, SaidValue? said)
    {
        if (LotBalance.TryRead(said?.Value, out var count))
        {
            writer.WriteNumber(name, count);
        }
    }

    /// <summary>Writes canonical decimal text as a number.</summary>
    private static void WriteNumber(Utf8JsonWriter writer, string name, string? number)
    {
        if (number is not null)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(number);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }
}
