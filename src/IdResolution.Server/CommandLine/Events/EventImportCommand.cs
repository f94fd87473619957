using System.CommandLine;
using IdResolution.Core.Registration;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>events import</c>: records the events and links of a file.</summary>
internal sealed class EventImportCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The file: JSON Lines (.jsonl), or CSV with a header row (RFC 4180).",
    };

    private readonly Option<string[]> _map = new("--map")
    {
        Description =
            "Which column a member comes from; may be repeated. Not needed where the column is named like the member.",
        HelpName = "MEMBER=COLUMN",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _delimiter = new("--delimiter")
    {
        Description =
            "What stands between cells: one character, or tab. Default: comma, semicolon or tab, as the header tells.",
        HelpName = "CHAR",
    };

    private readonly Option<string> _encoding = new("--encoding")
    {
        Description =
            "The file's encoding, such as utf-8, gb18030 (Excel in China) or utf-16. Default: by its byte order mark, "
            + "else UTF-8 where all of it is UTF-8; otherwise it must be named.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _withRights = new("--with-rights")
    {
        Description =
            "Take corrections of what others sent too. For files of your own only. Default: the file has the rights of "
            + "a registrar, and such rows are bad.",
    };

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description =
            "Write nothing: check all rows, and say how many are new, the same or bad, and why. Whether a part would "
            + "contain itself, and whether a correction may be made, only the import itself finds.",
    };

    private readonly Option<int> _batch = new("--batch")
    {
        Description = $"Rows recorded at a time, 1 to {Registrar.MaxBatch}.",
        HelpName = "N",
        DefaultValueFactory = _ => 1_000,
    };

    private readonly Option<bool> _restart = new("--restart")
    {
        Description = "Begin at the first row, whatever an earlier run did.",
    };

    public static Command Create() => new EventImportCommand().Build();

    private Command Build() =>
        new Command(
            "import",
            """
            Records the events and links of a file, in its order, while a node serves or not. A line of JSON Lines is
            what POST /api/v1/events takes; one with "from" is a link. The columns of CSV are named like the members;
            several things in a cell are between ';'. The columns quantity, unit and position are those of the link, or
            of items, inputs and children; inputs.quantity and the like are of those alone. A cell that is a JSON list
            or object is taken as that.

            Bad rows go to FILE.csv.bad.csv or FILE.jsonl.bad.jsonl, and the good ones are taken. After an interruption
            the same command goes on. Importing a file again records nothing twice: events are known by their keys, or
            by what they say.

            Examples:
              idnode events import events.jsonl --data ./data
              idnode events import consumption.csv --data ./data --map to=Roll --map from=Piece
            """
        )
        {
            _file,
            Settings.Data,
            _map,
            _delimiter,
            _encoding,
            _withRights,
            _dryRun,
            _batch,
            _restart,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var size = parsed.GetValue(_batch);
        if (size is < 1 or > Registrar.MaxBatch)
        {
            throw new OperatorException(
                $"--batch: {size} must be 1 to {Registrar.MaxBatch}.",
                $"--batch：{size} 应为 1 至 {Registrar.MaxBatch}。"
            );
        }
        using var rows = Open(parsed, terminal);
        using var node = await Settings.OpenNodeAsync(parsed);
        var rights = new FileRights(parsed.GetValue(_withRights), rows.Unit, terminal.Explain);
        var importer = new EventImporter(node, rows, rights, error => rights.Reasons(error, terminal), terminal.Explain)
        {
            BatchSize = size,
            IsDryRun = parsed.GetValue(_dryRun),
        };
        var progress = new WorkProgress();
        if (importer.IsDryRun)
        {
            await ShowAsync(importer, progress, terminal, cancellationToken);
            return Report(terminal, importer, progress, rows);
        }
        var begun = await importer.BeginAsync(parsed.GetValue(_restart), cancellationToken);
        terminal.Explain(begun.En, begun.Zh);
        try
        {
            await ShowAsync(importer, progress, terminal, cancellationToken);
        }
        catch (Exception) when (importer.State.Rows > 0)
        {
            SayGoOn(terminal, importer, rows);
            throw;
        }
        finally
        {
            await node.NoteAsync($"events {rights.Action}", Path.GetFullPath(rows.Files.Path), importer.State.Rows);
        }
        await node.Get<GatheredCounts>().FlushAsync(last: true, CancellationToken.None);
        return Report(terminal, importer, progress, rows);
    }

    private IEventRows Open(ParseResult parsed, Terminal terminal)
    {
        var file = parsed.GetRequiredValue(_file);
        if (!file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
        {
            return OpenCsv(parsed, file, terminal);
        }
        Option[] ofCsv = [_map, _delimiter, _encoding];
        return Array.Find(ofCsv, option => parsed.GetResult(option) is { Implicit: false }) is { } unfit
            ? throw new OperatorException(
                $"{unfit.Name} is for CSV files; a line of JSON Lines says it itself.",
                $"{unfit.Name} 仅用于 CSV 文件；JSON Lines 的各行自带该内容。"
            )
            : new EventLines(file);
    }

    private EventCsv OpenCsv(ParseResult parsed, string file, Terminal terminal)
    {
        var csv = CsvFile.Open(file, parsed.GetValue(_delimiter), parsed.GetValue(_encoding));
        try
        {
            var columns = EventColumns.Make(csv.Header, parsed.GetValue(_map) ?? []);
            if (columns.Unused.Count > 0)
            {
                var unused = columns.Unused.Select(TerminalText.OneLine).ToList();
                terminal.Explain(
                    $"Columns not used: {string.Join(", ", unused)}.",
                    $"未使用的列：{string.Join("、", unused)}。"
                );
            }
            return new EventCsv(csv, columns);
        }
        catch
        {
            csv.Dispose();
            throw;
        }
    }

    private static Task<CsvImportState> ShowAsync(
        EventImporter importer,
        WorkProgress progress,
        Terminal terminal,
        CancellationToken cancellationToken
    ) =>
        progress.ShowAsync(
            terminal,
            importer.IsDryRun ? new("check", "检查") : new("import", "导入"),
            new("rows", "行"),
            () => importer.RunAsync(progress, cancellationToken)
        );

    private static int Report(Terminal terminal, EventImporter importer, WorkProgress progress, IEventRows rows)
    {
        var done = importer.State;
        if (importer.IsDryRun)
        {
            terminal.Say(
                $"nothing written: new {done.Registered}, same {done.Same}, bad {done.Bad}",
                $"未写入：新增 {done.Registered}，相同 {done.Same}，错误 {done.Bad}"
            );
        }
        else
        {
            terminal.Say(
                $"recorded {done.Registered}, same {done.Same}, bad {done.Bad}, in "
                    + $"{progress.Elapsed.TotalSeconds:0.0} s, {progress.Rate:0}/s",
                $"已记录 {done.Registered}，相同 {done.Same}，错误 {done.Bad}，"
                    + $"用时 {progress.Elapsed.TotalSeconds:0.0} s，每秒 {progress.Rate:0} 行"
            );
            if (done.Bad > 0)
            {
                terminal.Explain($"The bad rows are in {rows.Files.Bad}.", $"错误行见 {rows.Files.Bad}。");
            }
        }
        if (!importer.IsComplete)
        {
            SayGoOn(terminal, importer, rows);
            return ExitCode.Interrupted;
        }
        return done.Bad > 0 ? ExitCode.Refused : ExitCode.Done;
    }

    private static void SayGoOn(Terminal terminal, EventImporter importer, IEventRows rows)
    {
        if (!importer.IsDryRun)
        {
            terminal.Explain(
                $"Stopped after {rows.Unit.En} {importer.State.Rows}. The same command goes on from there.",
                $"已在第 {importer.State.Rows} {rows.Unit.Zh}之后停止，用同一命令从该处继续。"
            );
        }
    }
}
