using System.Text;
using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// Writes events as they are answered. The members of an event are written as the log keeps them, so that nothing is
/// lost; an erased one is left out, an erased element of a list is <c>null</c>.
/// </summary>
internal static class EventJson
{
    /// <summary>Writes an event.</summary>
    public static void Write(Utf8JsonWriter writer, ShownEvent shown)
    {
        writer.WriteStartObject();
        writer.WriteString("event"u8, shown.Id);
        writer.WriteString("status"u8, shown.Stored.Voided == 0 ? "active"u8 : "voided"u8);
        if (shown.Stored.Made > 0)
        {
            writer.WriteNumber("sequence"u8, shown.Stored.Made);
        }
        JsonTime.Write(writer, "recordedAt"u8, Micros.ToTime(shown.Stored.RecordedAt));
        if (shown.Actor is { } actor)
        {
            writer.WriteString("actor"u8, actor);
        }
        WriteMembers(writer, shown.Stored.State);
        writer.WriteEndObject();
    }

    /// <summary>Writes a page of events.</summary>
    public static void Write(Utf8JsonWriter writer, EventPage page)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("items"u8);
        foreach (var shown in page.Events)
        {
            Write(writer, shown);
        }
        writer.WriteEndArray();
        if (page.Next is { } next)
        {
            writer.WriteString("next"u8, page.TextOf(next));
        }
        writer.WriteEndObject();
    }

    /// <summary>Writes the result of an event that was taken in.</summary>
    public static void WriteResult(Utf8JsonWriter writer, RecordedEvent recorded, Language language)
    {
        writer.WriteString("event"u8, recorded.Id);
        writer.WriteNumber("sequence"u8, recorded.Sequence);
        if (recorded.Findings.Count > 0)
        {
            WriteFindings(writer, recorded.Findings, language);
        }
    }

    /// <summary>Writes findings as a member of an object that is open.</summary>
    public static void WriteFindings(Utf8JsonWriter writer, IReadOnlyList<EventFinding> findings, Language language)
    {
        writer.WriteStartArray("findings"u8);
        foreach (var finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("code"u8, finding.Code);
            writer.WriteString("message"u8, finding.Message.In(language));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>Writes what came with a registration, and the holds on the item, into an object that is open.</summary>
    public static void WriteWith(Utf8JsonWriter writer, RegisteredItem item, Language language)
    {
        if (item.Links.Count + item.Events.Count > 0)
        {
            writer.WriteStartObject("recorded"u8);
            WriteResults(writer, "links"u8, item.Links, language);
            WriteResults(writer, "events"u8, item.Events, language);
            writer.WriteEndObject();
        }
        if (item.Holds.Count > 0)
        {
            StatusJson.WriteHolds(writer, item.Holds);
        }
    }

    private static void WriteResults(
        Utf8JsonWriter writer,
        ReadOnlySpan<byte> name,
        IReadOnlyList<RecordedEvent?> results,
        Language language
    )
    {
        if (results.Count == 0)
        {
            return;
        }
        writer.WriteStartArray(name);
        foreach (var result in results)
        {
            writer.WriteStartObject();
            if (result is not null)
            {
                WriteResult(writer, result, language);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteMembers(Utf8JsonWriter writer, ReadOnlySpan<byte> state)
    {
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code.StartsWith("k:"u8))
            {
                WriteKey(writer, reader.Code[2..], reader.Value);
            }
            else if (reader.Code.StartsWith("e:"u8))
            {
                writer.WritePropertyName(reader.Code[2..]);
                WriteValue(writer, reader.Form, reader.Value);
            }
        }
    }

    private static void WriteKey(Utf8JsonWriter writer, ReadOnlySpan<byte> source, ReadOnlySpan<byte> value)
    {
        var list = new StateList(value);
        if (list.Read() && !list.IsErased)
        {
            writer.WriteString("source"u8, source);
            writer.WriteString("sourceKey"u8, list.Value);
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, StateForm form, ReadOnlySpan<byte> value)
    {
        switch (form)
        {
            case StateForm.Json:
                writer.WriteRawValue(value, skipInputValidation: true);
                break;
            case StateForm.List:
                WriteList(writer, value);
                break;
            default:
                writer.WriteStringValue(Encoding.UTF8.GetString(value));
                break;
        }
    }

    private static void WriteList(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        var list = new StateList(value);
        writer.WriteStartArray();
        while (list.Read())
        {
            if (list.IsErased)
            {
                writer.WriteNullValue();
            }
            else
            {
                WriteValue(writer, list.Form, list.Value);
            }
        }
        writer.WriteEndArray();
    }
}
