using System.Text.Json;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.Rest;

/// <summary>Writes the status of an item.</summary>
internal static class StatusJson
{
    public static void Write(Utf8JsonWriter writer, ItemStatus status)
    {
        writer.WriteStartObject();
        writer.WriteString("identifier"u8, status.Identifier);
        WriteText(writer, "template", status.Template);
        writer.WriteBoolean("registered"u8, status.IsRegistered);
        WriteText(writer, "place", status.Place);
        WriteText(writer, "parent", status.Parent);
        WriteText(writer, "position", status.Position);
        WriteText(writer, "disposition", status.Disposition);
        writer.WriteBoolean("held"u8, status.Holds.Count > 0);
        WriteHolds(writer, status.Holds);
        JsonLists.Write(writer, "balance"u8, status.Balance, TraceJson.Write);
        JsonLists.Write(writer, "lacks"u8, status.Lacks, Write);
        if (status.LastEvent is { } last)
        {
            JsonTime.Write(writer, "lastEvent"u8, Micros.ToTime(last));
        }
        if (status.Number > 0)
        {
            writer.WriteNumber("number"u8, status.Number);
        }
        writer.WriteEndObject();
    }

    /// <summary>Writes holds, into an object that is already open.</summary>
    public static void WriteHolds(Utf8JsonWriter writer, IReadOnlyList<HoldStatus> holds) =>
        JsonLists.Write(writer, "holds"u8, holds, Write);

    private static void Write(Utf8JsonWriter writer, HoldStatus hold)
    {
        writer.WriteStartObject();
        writer.WriteString("event"u8, hold.Event);
        JsonTime.Write(writer, "time"u8, Micros.ToTime(hold.Time));
        WriteText(writer, "reason", hold.Reason);
        writer.WriteBoolean("own"u8, hold.IsOwn);
        writer.WriteEndObject();
    }

    /// <summary>Writes what an item lacks.</summary>
    public static void Write(Utf8JsonWriter writer, PartLack lack)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, lack.Rule.Type);
        JsonLists.Write(writer, "templates"u8, lack.Rule.Templates);
        writer.WriteNumber("least"u8, lack.Rule.Least ?? 0);
        writer.WriteNumber("count"u8, lack.Count);
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
