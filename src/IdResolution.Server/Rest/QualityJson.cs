using System.Text.Json;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Writes what the quality archive answers.</summary>
internal static class QualityJson
{
    /// <summary>Writes a report.</summary>
    public static void Write(Utf8JsonWriter writer, QualityReport report)
    {
        writer.WriteStartObject();
        JsonLists.Write(writer, "by"u8, report.By.Select(static d => QualityReader.Dimensions[(int)d]));
        JsonTime.Write(writer, "from"u8, Micros.ToTime(report.From));
        JsonTime.Write(writer, "to"u8, Micros.ToTime(report.To));
        writer.WriteString("zone"u8, report.Zone);
        writer.WriteNumber("number"u8, report.Number);
        writer.WriteNumber("behind"u8, report.Behind);
        writer.WriteStartArray("rows"u8);
        foreach (var line in report.Lines)
        {
            Write(writer, report, line);
        }
        writer.WriteEndArray();
        if (report.OtherLines > 0)
        {
            writer.WriteNumber("otherRows"u8, report.OtherLines);
            writer.WritePropertyName("others"u8);
            Write(writer, report, new QualityLine([], report.Others));
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, QualityReport report, QualityLine line)
    {
        var counts = line.Counts;
        writer.WriteStartObject();
        JsonLists.Write(writer, "key"u8, line.Key);
        if (report.HasInspections)
        {
            WriteInspections(writer, counts);
        }
        if (report.HasMeasurements)
        {
            writer.WriteNumber("measured"u8, counts.Measured);
            writer.WriteNumber("outOfLimits"u8, counts.OutOfLimits);
        }
        if (report.HasDefects)
        {
            WriteDefects(writer, counts);
        }
        if (counts.Values.Count > 0)
        {
            writer.WriteStartArray("values"u8);
            foreach (var ((characteristic, unit), sums) in counts.Values)
            {
                Write(writer, characteristic, unit, sums);
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static void WriteInspections(Utf8JsonWriter writer, QualityCounts counts)
    {
        writer.WriteNumber("inspected"u8, counts.Inspected);
        writer.WriteNumber("passed"u8, counts.Inspected - counts.Failed);
        writer.WriteNumber("failed"u8, counts.Failed);
        writer.WriteNumber("first"u8, counts.Once);
        writer.WriteNumber("firstPassed"u8, counts.OncePassed);
        WriteNumber(writer, "firstPassYield", counts.FirstPassYield);
        writer.WriteNumber("rework"u8, counts.Rework);
    }

    private static void WriteDefects(Utf8JsonWriter writer, QualityCounts counts)
    {
        writer.WriteStartArray("defects"u8);
        foreach (var (code, count) in counts.Defects)
        {
            writer.WriteStartObject();
            writer.WriteString("code"u8, code);
            writer.WriteNumber("count"u8, count);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, string characteristic, string unit, MeasurementSums sums)
    {
        writer.WriteStartObject();
        writer.WriteString("characteristic"u8, characteristic);
        if (unit.Length > 0)
        {
            writer.WriteString("unit"u8, unit);
        }
        writer.WriteNumber("count"u8, sums.Values);
        writer.WriteNumber("outOfLimits"u8, sums.OutOfLimits);
        WriteNumber(writer, "mean", sums.Mean);
        WriteNumber(writer, "min", sums.Min);
        WriteNumber(writer, "max", sums.Max);
        WriteNumber(writer, "deviation", sums.Deviation);
        WriteNumber(writer, "low", sums.LowLimit);
        WriteNumber(writer, "high", sums.HighLimit);
        WriteNumber(writer, "cp", sums.Cp);
        WriteNumber(writer, "cpk", sums.Cpk);
        writer.WriteEndObject();
    }

    /// <summary>Leaves out what there is not, and what no JSON number can be.</summary>
    private static void WriteNumber(Utf8JsonWriter writer, string name, double? number)
    {
        if (number is { } given && double.IsFinite(given))
        {
            writer.WriteNumber(name, given);
        }
    }
}
