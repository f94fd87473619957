using System.Text.Json;
using IdResolution.Core.Analysis;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Server.Http;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.Rest;

/// <summary>Writes what was found out about many items.</summary>
internal static class AnalysisJson
{
    /// <summary>Writes what bad items have in common.</summary>
    public static void Write(Utf8JsonWriter writer, CommonReport report, EventIds ids)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("findings"u8);
        foreach (var finding in report.Findings)
        {
            Write(writer, finding, ids);
        }
        writer.WriteEndArray();
        writer.WriteNumber("bad"u8, report.Bad);
        writer.WriteNumber("good"u8, report.Good);
        writer.WriteNumber("number"u8, report.Number);
        writer.WriteBoolean("complete"u8, report.IsComplete);
        writer.WriteNumber("generations"u8, report.Generations);
        writer.WriteNumber("found"u8, report.Found);
        writer.WriteNumber("tried"u8, report.Tried);
        writer.WriteEndObject();
    }

    /// <summary>Writes one figure over a trace.</summary>
    public static void Write(Utf8JsonWriter writer, RollupReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("root"u8, report.Root.Spelling);
        writer.WriteString("direction"u8, report.Query.Direction.ToString().ToLowerInvariant());
        writer.WriteString("function"u8, report.Query.Function.ToString().ToLowerInvariant());
        WriteText(writer, "attribute", report.Query.Attribute);
        WriteText(writer, "measurement", report.Query.Measurement);
        WriteText(writer, "weight", report.Query.Weight);
        writer.WriteNumber("number"u8, report.Number);
        writer.WriteNumber("found"u8, report.Found);
        writer.WriteStartArray("groups"u8);
        foreach (var group in report.Groups)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("value"u8);
            writer.WriteRawValue(TraceJson.Text(group.Value));
            WriteText(writer, "unit", group.Unit);
            WriteText(writer, "weightUnit", group.WeightUnit);
            writer.WriteNumber("items"u8, group.Items);
            writer.WriteString("lowest"u8, group.Lowest.Spelling);
            writer.WriteString("highest"u8, group.Highest.Spelling);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartObject("missing"u8);
        writer.WriteNumber("count"u8, report.MissingCount);
        WriteItems(writer, "identifiers", report.Missing);
        writer.WriteEndObject();
        writer.WriteStartArray("unmeasured"u8);
        foreach (var one in report.Unmeasured)
        {
            writer.WriteStartObject();
            writer.WriteString("template"u8, one.Template);
            writer.WriteNumber("count"u8, one.Count);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, CommonFinding finding, EventIds ids)
    {
        writer.WriteStartObject();
        WriteMembers(writer, finding.Cause);
        writer.WriteNumber("bad"u8, finding.Bad);
        writer.WriteNumber("good"u8, finding.Good);
        writer.WriteNumber("lift"u8, Math.Round(finding.Lift, 3));
        writer.WriteNumber("p"u8, finding.P);
        writer.WriteStartArray("same"u8);
        foreach (var same in finding.Same)
        {
            writer.WriteStartObject();
            WriteMembers(writer, same);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteNumber("sameCount"u8, finding.SameCount);
        writer.WriteStartObject("evidence"u8);
        WriteItems(writer, "items", finding.Items);
        WriteItems(writer, "path", finding.Path);
        writer.WriteStartArray("events"u8);
        foreach (var number in finding.Events)
        {
            writer.WriteStringValue(ids.Of(number));
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, Cause cause)
    {
        writer.WriteString("kind"u8, AnalysisBody.NameOf(cause.Kind));
        WriteText(writer, "identifier", cause.Item?.Spelling);
        WriteText(writer, "template", cause.Item?.Template);
        if (cause.Item is { Key.IsText: true })
        {
            writer.WriteBoolean("text"u8, true);
        }
        WriteText(writer, "characteristic", cause.Characteristic);
        WriteText(writer, "unit", cause.Unit);
        WriteText(writer, "step", cause.Step);
        if (cause is { From: { } from, To: { } to })
        {
            JsonTime.Write(writer, "from"u8, Micros.ToTime(from));
            JsonTime.Write(writer, "to"u8, Micros.ToTime(to));
        }
        if (cause.Low is { } low)
        {
            writer.WriteNumber("low"u8, low);
        }
        if (cause.High is { } high)
        {
            writer.WriteNumber("high"u8, high);
        }
    }

    private static void WriteItems(Utf8JsonWriter writer, string name, IReadOnlyList<TraceItem> items)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStringValue(item.Spelling);
        }
        writer.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }
}
