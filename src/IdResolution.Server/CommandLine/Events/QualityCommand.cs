using System.CommandLine;
using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>quality</c>: counts inspections, measurements and defects.</summary>
internal sealed class QualityCommand
{
    private const string Table = "table";
    private const string Json = "json";

    // In the order of the dimensions.
    private static readonly Text[] s_dimensions =
    [
        new("DAY", "日"),
        new("WEEK", "周"),
        new("MONTH", "月"),
        new("LINE", "产线"),
        new("MACHINE", "设备"),
        new("TOOL", "工装"),
        new("SUPPLIER", "供应商"),
        new("STEP", "工序"),
        new("TEMPLATE", "模板"),
        new("CHARACTERISTIC", "特性"),
        new("DEFECT", "缺陷代码"),
    ];

    private static readonly Text[] s_inspections =
    [
        new("INSPECTED", "检验数"),
        new("FAILED", "不合格"),
        new("FIRST PASS", "一次合格率"),
        new("REWORK", "返检"),
    ];

    private static readonly Text[] s_measurements = [new("MEASURED", "测量数"), new("OUT OF LIMITS", "超限")];

    private static readonly Text[] s_values =
    [
        new("N", "数量"),
        new("MEAN", "均值"),
        new("MIN", "最小值"),
        new("MAX", "最大值"),
        new("DEVIATION", "标准差"),
        new("CP", "CP"),
        new("CPK", "CPK"),
    ];

    private readonly Option<string[]> _by = new("--by")
    {
        Description =
            "By what, one or two: day, week, month, line, machine, tool, supplier, step, template, characteristic, "
            + "defect.",
        HelpName = "WHAT",
        Required = true,
    };

    private readonly Option<string> _from = new("--from")
    {
        Description = "Events at this time or later. Default: 31 days before the end.",
        HelpName = "TIME",
    };

    private readonly Option<string> _to = new("--to")
    {
        Description = "Events before this time. Default: now.",
        HelpName = "TIME",
    };

    private readonly Option<string> _template = new("--template")
    {
        Description = "Items of this template alone.",
        HelpName = "CODE",
    };

    private readonly Option<string> _step = new("--step") { Description = "This step alone.", HelpName = "STEP" };

    private readonly Option<string> _equipment = new("--equipment")
    {
        Description = "Events of this machine or tool alone: an identifier or a text.",
        HelpName = "EQUIPMENT",
    };

    private readonly Option<string> _characteristic = new("--characteristic")
    {
        Description = "Measurements of this characteristic alone.",
        HelpName = "NAME",
    };

    private readonly Option<string> _defect = new("--defect")
    {
        Description = "Defects of this code alone.",
        HelpName = "CODE",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "The most rows; the others are summed up in one.",
        HelpName = "N",
        DefaultValueFactory = _ => QualityReader.DefaultRows,
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "table, or json (as GET /api/v1/quality answers it).",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => Table,
    };

    public static Command Create() => new QualityCommand().Build();

    private Command Build()
    {
        _format.AcceptOnlyFromAmong(Table, Json);
        return new Command(
            "quality",
            """
            Counts inspections, measurements and defects: yield, first-pass yield, rework, defects by code, and the
            mean, standard deviation, Cp and Cpk of measured values. The same as GET /api/v1/quality. Days are the
            plant's.

            Examples:
              idnode quality --data ./data --by day --by machine
              idnode quality --data ./data --by machine --characteristic pressure --from 2026-03-01T00:00:00+08:00
            """
        )
        {
            Settings.Data,
            _by,
            _from,
            _to,
            _template,
            _step,
            _equipment,
            _characteristic,
            _defect,
            _limit,
            _format,
        }.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var faults = new Faults();
        var filter = new QualityFilter
        {
            By = [.. parsed.GetRequiredValue(_by).SelectMany(static text => text.Split(','))],
            From = TimeOption.Read(parsed, _from, faults),
            To = TimeOption.Read(parsed, _to, faults),
            Template = parsed.GetValue(_template),
            Step = parsed.GetValue(_step),
            Equipment = parsed.GetValue(_equipment),
            Characteristic = parsed.GetValue(_characteristic),
            Defect = parsed.GetValue(_defect),
            Limit = parsed.GetRequiredValue(_limit),
        };
        if (faults.TryCombine(out var error))
        {
            return terminal.Refuse(error);
        }
        var read = await ArchiveCommand.ReadAsync<QualityReader, QualityReport>(
            parsed,
            reader => reader.ReadAsync(filter, Caller.CommandLine, cancellationToken)
        );
        if (!read.TryGet(out var report, out error))
        {
            return terminal.Refuse(error);
        }
        terminal.Out.WriteLine(
            parsed.GetRequiredValue(_format) == Json
                ? IndentedJson.Write(writer => QualityJson.Write(writer, report))
                : ToTable(report, terminal.Language)
        );
        if (report.Behind > 0)
        {
            terminal.Explain(
                $"{report.Behind} entries of the log are not counted yet; ask again.",
                $"日志中尚有 {report.Behind} 条未统计，请稍后再次查询。"
            );
        }
        return ExitCode.Done;
    }

    private static string ToTable(QualityReport report, Language language)
    {
        List<Text> titles = [.. report.By.Select(static d => s_dimensions[(int)d])];
        if (report.HasInspections)
        {
            titles.AddRange(s_inspections);
        }
        if (report.HasMeasurements)
        {
            titles.AddRange(s_measurements);
        }
        titles.AddRange(report.HasDefects ? [new Text("DEFECTS", "缺陷")] : s_values);
        var table = new TextTable([.. titles.Select(title => title.In(language))]);
        foreach (var line in report.Lines)
        {
            Add(table, report, line.Key, line.Counts);
        }
        if (report.OtherLines > 0)
        {
            Add(table, report, ["…", .. Enumerable.Repeat("", report.By.Count - 1)], report.Others);
        }
        return table.ToString();
    }

    private static void Add(TextTable table, QualityReport report, IReadOnlyList<string> key, QualityCounts counts)
    {
        List<string> cells = [.. key];
        if (report.HasInspections)
        {
            cells.AddRange([
                Shown(counts.Inspected),
                Shown(counts.Failed),
                Shown(counts.FirstPassYield),
                Shown(counts.Rework),
            ]);
        }
        if (report.HasMeasurements)
        {
            cells.AddRange([Shown(counts.Measured), Shown(counts.OutOfLimits)]);
        }
        if (report.HasDefects)
        {
            cells.Add(string.Join(", ", counts.Defects.Select(static d => $"{d.Key} {Shown(d.Value)}")));
            table.Add([.. cells]);
            return;
        }
        foreach (var (_, sums) in counts.Values)
        {
            table.Add([
                .. cells,
                Shown(sums.Values),
                Shown(sums.Mean),
                Shown(sums.Min),
                Shown(sums.Max),
                Shown(sums.Deviation),
                Shown(sums.Cp),
                Shown(sums.Cpk),
            ]);
        }
    }

    private static string Shown(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Shown(double? number) => number?.ToString("G6", CultureInfo.InvariantCulture) ?? "";
}
