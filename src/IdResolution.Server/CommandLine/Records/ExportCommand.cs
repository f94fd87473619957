using System.CommandLine;
using IdResolution.Core.Catalog;
using IdResolution.Server.CommandLine.Records.Export;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Records;

/// <summary><c>export</c>: writes many records to a file.</summary>
internal sealed class ExportCommand
{
    private readonly Option<string> _template = new("--template")
    {
        Description = "Only records of this template; CSV needs it.",
        HelpName = "T",
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "csv, or jsonl: one JSON object a line. Default: by the ending of --output, else jsonl.",
        HelpName = "FORMAT",
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The file to write; it is there only when it is whole. Default: standard output.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _excelSafe = new("--excel-safe")
    {
        Description =
            "CSV for a spreadsheet: cells that it would calculate get an apostrophe, which import takes away again.",
    };

    public static Command Create() => new ExportCommand().Build();

    private Command Build()
    {
        _format.AcceptOnlyFromAmong("csv", "jsonl");
        var command = new Command(
            "export",
            """
            Writes all active records with all their attributes, while a node serves or not. What it writes as CSV,
            import reads back: several values of an attribute stand between ';', or as a JSON list where a value holds
            one itself.

            A spreadsheet takes a cell that begins with =, +, -, @, tab or a line break for a formula, and may run what
            somebody has registered (CWE-1236). With --excel-safe such cells, but not negative numbers, begin with an
            apostrophe. Systems that read the file should get it without.

            Examples:
              idnode export --data ./data --template mea --output mea.csv
              idnode export --data ./data --format jsonl | gzip > all.jsonl.gz
            """
        )
        {
            Settings.Data,
            _template,
            _format,
            _output,
            _excelSafe,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(_output);
        var format = parsed.GetValue(_format) ?? FormatOf(file);
        using var node = await Settings.OpenNodeAsync(parsed);
        var code = parsed.GetValue(_template);
        var records = Format(format, code, node.Get<CatalogHolder>().Current, parsed.GetValue(_excelSafe));
        var exporter = new RecordExporter(node, code, records);
        var count = await LongOutput.WriteAsync(
            node,
            "export",
            code ?? "all templates",
            terminal,
            file,
            new("records", "条"),
            (stream, progress) => exporter.RunAsync(stream, progress, cancellationToken)
        );
        var (to, toZh) = file is null ? ("", "") : ($" to {file}", $"到 {file}");
        terminal.Explain($"exported {count} records{to}", $"已导出 {count} 条记录{toZh}");
        return ExitCode.Done;
    }

    private static string FormatOf(string? file) =>
        file?.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) == true ? "csv" : "jsonl";

    private static IRecordFormat Format(string format, string? template, NodeCatalog catalog, bool isExcelSafe)
    {
        if (template is not null && catalog.FindLatest(template) is null)
        {
            throw new OperatorException(
                $"--template: there is no {template}. There are: {string.Join(", ", catalog.TemplateCodes)}.",
                $"--template：没有模板 {template}。现有模板：{string.Join("、", catalog.TemplateCodes)}。"
            );
        }
        if (format != "csv" && isExcelSafe)
        {
            throw new OperatorException("--excel-safe is for --format csv.", "--excel-safe 仅用于 --format csv。");
        }
        if (format != "csv")
        {
            return new JsonLinesFormat();
        }
        return template is not null
            ? new CsvFormat(catalog.TemplateVersions(template), isExcelSafe)
            : throw new OperatorException(
                $"--format csv needs --template, since its attributes are the columns. "
                    + $"There are: {string.Join(", ", catalog.TemplateCodes)}.",
                $"--format csv 须同时给出 --template，其属性即为各列。现有模板：{string.Join("、", catalog.TemplateCodes)}。"
            );
    }
}
