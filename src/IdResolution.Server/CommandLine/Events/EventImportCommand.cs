using System.CommandLine;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;

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

    private readonly Option<string> _delimiter = ImportOptions.Delimiter();

    private readonly Option<string> _encoding = ImportOptions.Encoding();

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

    private readonly Option<int> _batch = ImportOptions.Batch("recorded");

    private readonly Option<bool> _restart = ImportOptions.Restart();

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
        using var rows = Open(parsed, terminal);
        using var node = await Settings.OpenNodeAsync(parsed);
        var rights = new FileRights(parsed.GetValue(_withRights), rows.Unit, terminal.Explain);
        var importer = new EventImporter(node, rows, rights, error => rights.Reasons(error, terminal), terminal.Explain)
        {
            BatchSize = ImportOptions.SizeOf(parsed, _batch),
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
        ImportOptions.RefuseForLines(parsed, [_map, _delimiter, _encoding]);
        return new EventLines(file);
    }

    private EventCsv OpenCsv(ParseResult parsed, string file, Terminal terminal)
    {
        var csv = CsvFile.Open(file, parsed.GetValue(_delimiter), parsed.GetValue(_encoding));
        try
        {
            var columns = EventColumns.Make(csv.Header, parsed.GetValue(_map) ?? []);
            ImportOptions.SayUnused(terminal, columns.Unused);
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
        if (importer.LeftOut > 0)
        {
            terminal.Explain(
                $"Left out {importer.LeftOut} events that were corrected.",
                $"略过 {importer.LeftOut} 个已被更正的事件。"
            );
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
