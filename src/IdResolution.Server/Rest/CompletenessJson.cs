using System.Text.Json;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Writes what is missing of the items of a template.</summary>
internal static class CompletenessJson
{
    /// <summary>Writes a report.</summary>
    public static void Write(Utf8JsonWriter writer, CompletenessReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("template"u8, report.Template);
        JsonTime.Write(writer, "from"u8, Micros.ToTime(report.From));
        JsonTime.Write(writer, "to"u8, Micros.ToTime(report.To));
        writer.WriteNumber("number"u8, report.Number);
        writer.WriteNumber("behind"u8, report.Behind);
        writer.WriteNumber("checked"u8, report.Checked);
        WriteIncomplete(writer, report);
        WriteUncertified(writer, report);
        writer.WriteNumber("stepItems"u8, report.StepItems);
        JsonLists.Write(writer, "steps"u8, report.Steps, (json, step) => Write(json, step, report.StepItems));
        if (report.WithoutStep is { } without)
        {
            JsonLists.Write(writer, "withoutStep"u8, without);
        }
        if (report.Next is { } next)
        {
            writer.WriteString("next"u8, next);
        }
        writer.WriteEndObject();
    }

    private static void WriteIncomplete(Utf8JsonWriter writer, CompletenessReport report)
    {
        if (report.Incomplete is not { } incomplete)
        {
            return;
        }
        writer.WriteStartObject("incomplete"u8);
        WriteCount(writer, incomplete.Count, report.Checked);
        JsonLists.Write(writer, "items"u8, incomplete, Write);
        writer.WriteEndObject();
    }

    private static void WriteUncertified(Utf8JsonWriter writer, CompletenessReport report)
    {
        if (report.Uncertified is not { } uncertified)
        {
            return;
        }
        writer.WriteStartObject("uncertified"u8);
        WriteCount(writer, uncertified.Count, report.Checked);
        JsonLists.Write(writer, "items"u8, uncertified);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, IncompleteItem item)
    {
        writer.WriteStartObject();
        writer.WriteString("identifier"u8, item.Identifier);
        JsonLists.Write(writer, "lacks"u8, item.Lacks, StatusJson.Write);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StepCount step, long items)
    {
        writer.WriteStartObject();
        writer.WriteString("step"u8, step.Step);
        writer.WriteNumber("items"u8, step.Items);
        writer.WriteNumber("coverage"u8, Share(step.Items, items));
        writer.WriteNumber("passes"u8, step.Passes);
        writer.WriteNumber("withoutValues"u8, step.WithoutValues);
        writer.WriteNumber("shareWithoutValues"u8, Share(step.WithoutValues, step.Passes));
        writer.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter writer, int count, int all)
    {
        writer.WriteNumber("count"u8, count);
        writer.WriteNumber("share"u8, Share(count, all));
    }

    private static double Share(long part, long all) => all > 0 ? (double)part / all : 0;
}
