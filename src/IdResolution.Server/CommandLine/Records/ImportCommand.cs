using System.CommandLine;
using IdResolution.Core.Catalog;
using IdResolution.Core.Registration;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Records;

/// <summary><c>import</c>: registers many items from a CSV file.</summary>
internal sealed class ImportCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The file: CSV with a header row (RFC 4180), or .jsonl.",
    };

    private readonly Option<string> _template = new("--template")
    {
        Description = "The template's code, such as membrane-roll. CSV needs it.",
        HelpName = "T",
    };

    private readonly Option<string[]> _map = new("--map")
    {
        Description =
            "Which column an attribute comes from; may be repeated. Not needed where the column is named like "
            + "the attribute, or has its Chinese name.",
        HelpName = "ATTR=COLUMN",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _identifierColumn = new("--identifier-column")
    {
        Description =
            "The column of identifiers. Default: identifier, where there is one; else the template's coding "
            + "rule gives them.",
        HelpName = "COLUMN",
    };

    private readonly Option<string> _source = new("--source")
    {
        Description = "The system the rows come from, such as mes.",
        HelpName = "S",
    };

    private readonly Option<string> _sourceColumn = new("--source-column")
    {
        Description = "The column of the system each row comes from, where they differ.",
        HelpName = "COLUMN",
    };

    private readonly Option<string> _sourceKeyColumn = new("--source-key-column")
    {
        Description = "The column of the items' keys in that system; needs --source or --source-column.",
        HelpName = "COLUMN",
    };

    private readonly Option<string> _delimiter = ImportOptions.Delimiter();

    private readonly Option<string> _encoding = ImportOptions.Encoding();

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description =
            "Write nothing: check all rows, and say how many are new, the same as registered, differing or bad, and "
            + "why. Whether a unique value is taken already only the import itself finds.",
    };

    private readonly Option<bool> _update = new("--update")
    {
        Description =
            "Change records that differ from the file to what it says. Default: such rows are bad, and their reason "
            + "says what differs.",
    };

    private readonly Option<bool> _withRights = new("--with-rights")
    {
        Description =
            "Take what only an administrator may write too: records of prefixes, and values that say who may do what, "
            + "such as HS_ADMIN, HS_SECKEY and HS_PUBKEY. For files of your own only. Each such line is named. "
            + "Default: the file has the rights of a registrar, and such lines are bad.",
    };

    private readonly Option<int> _batch = ImportOptions.Batch("registered");

    private readonly Option<bool> _restart = ImportOptions.Restart();

    public static Command Create() => new ImportCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "import",
            """
            Registers the rows of a CSV file, or the lines of a JSON Lines file (.jsonl) as idnode export writes them,
            while a node serves or not. A cell of a repeated attribute holds its values between ';'; an empty cell is no
            value. Bad rows go, each with its number (the header not counted) and reason, to FILE.csv.bad.csv; the good
            ones are taken. After an interruption the same command goes on; no
            row is ever registered twice, also where rows have no key of their own. Keys that a spreadsheet has
            made numbers of (6.90123E+12), and two rows with one key and other content, are bad rows. One apostrophe
            before =, +, -, @, tab or a line break at the beginning of a cell is taken away (see export --excel-safe).

            The file may be that of somebody else: it has the rights of a registrar, and nothing in it changes who may
            do what. A file of your own that is to do so, such as a whole export, needs --with-rights.

            Examples:
              idnode import rolls.csv --data ./data --template membrane-roll --map thickness="Thickness (µm)" \
                --source wms --source-key-column Lot
              idnode import mea.csv --data ./data \
                --template mea    (columns named like the attributes, as idnode export writes them)
              idnode import all.jsonl --data ./data --update
            """
        )
        {
            _file,
            Settings.Data,
            _template,
            _map,
            _identifierColumn,
            _source,
            _sourceColumn,
            _sourceKeyColumn,
            _delimiter,
            _encoding,
            _update,
            _withRights,
            _dryRun,
            _batch,
            _restart,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var size = ImportOptions.SizeOf(parsed, _batch);
        var file = parsed.GetRequiredValue(_file);
        if (file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
        {
            return await ImportLinesAsync(parsed, file, size, terminal, cancellationToken);
        }
        return await ImportCsvAsync(parsed, file, size, terminal, cancellationToken);
    }

    private async Task<int> ImportCsvAsync(
        ParseResult parsed,
        string file,
        int size,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        using var csv = CsvFile.Open(file, parsed.GetValue(_delimiter), parsed.GetValue(_encoding));
        using var node = await Settings.OpenNodeAsync(parsed);
        var plan = Plan(parsed, node.Get<CatalogHolder>().Current, csv.Header, terminal);
        var rights = new FileRights(parsed.GetValue(_withRights), new("row", "行"), terminal.Explain);
        var update = UpdateOf(parsed, node, rights);
        if (parsed.GetValue(_dryRun))
        {
            var dryRun = new DryRun(node, csv, plan, terminal, update, rights);
            return await CheckAsync(dryRun, rights, terminal, cancellationToken);
        }
        var importer = new CsvImporter(
            node,
            csv,
            plan,
            rights,
            error => rights.Reasons(error, terminal),
            terminal.Language
        )
        {
            BatchSize = size,
            Update = update,
            Findings = new RowFindings(new("row", "行"), terminal.Explain),
        };
        return await ImportRowsAsync(parsed, node, importer, rights, csv.BadRowsFile, terminal, cancellationToken);
    }

    private async Task<int> ImportRowsAsync(
        ParseResult parsed,
        NodeContainer node,
        CsvImporter importer,
        FileRights rights,
        string badRowsFile,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var progress = new WorkProgress();
        var begun = await importer.BeginAsync(parsed.GetValue(_restart), cancellationToken);
        terminal.Explain(begun.En, begun.Zh);
        try
        {
            await ImportAsync(importer, progress, terminal, cancellationToken);
        }
        finally
        {
            var file = Path.GetFullPath(parsed.GetRequiredValue(_file));
            await node.NoteAsync(rights.Action, file, importer.State.Rows);
        }
        await FinishAsync(node, rights);
        return Report(terminal, importer, progress, badRowsFile);
    }

    private static async Task<int> CheckAsync(
        DryRun dryRun,
        FileRights rights,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var progress = new WorkProgress();
        var isGood = await progress.ShowAsync(
            terminal,
            new("check", "检查"),
            new("rows", "行"),
            () => dryRun.RunAsync(progress, cancellationToken)
        );
        rights.Finish();
        return isGood ? ExitCode.Done : ExitCode.Refused;
    }

    private static Task FinishAsync(NodeContainer node, FileRights rights)
    {
        rights.Finish();
        return node.Get<GatheredCounts>().FlushAsync(last: true, CancellationToken.None);
    }

    private async Task<int> ImportLinesAsync(
        ParseResult parsed,
        string file,
        int size,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        RefuseForLines(parsed);
        using var node = await Settings.OpenNodeAsync(parsed);
        var rights = new FileRights(parsed.GetValue(_withRights), new("line", "行"), terminal.Explain);
        using var importer = new JsonLinesImporter(node, file, UpdateOf(parsed, node, rights), rights, terminal)
        {
            BatchSize = size,
            IsDryRun = parsed.GetValue(_dryRun),
        };
        var progress = new WorkProgress();
        var isWhole = await progress.ShowAsync(
            terminal,
            new("import", "导入"),
            new("lines", "行"),
            () => importer.RunAsync(progress, cancellationToken)
        );
        if (!importer.IsDryRun)
        {
            await node.NoteAsync(
                rights.Action,
                Path.GetFullPath(file),
                importer.Counts.Registered + importer.Counts.Updated
            );
        }
        await FinishAsync(node, rights);
        return Report(terminal, importer, isWhole);
    }

    /// <summary>Refuses options that only a CSV file has a use for.</summary>
    private void RefuseForLines(ParseResult parsed) =>
        ImportOptions.RefuseForLines(
            parsed,
            [
                _template,
                _map,
                _identifierColumn,
                _source,
                _sourceColumn,
                _sourceKeyColumn,
                _delimiter,
                _encoding,
                _restart,
            ]
        );

    private RowUpdate? UpdateOf(ParseResult parsed, NodeContainer node, FileRights rights) =>
        parsed.GetValue(_update)
            ? new RowUpdate(node.Get<RecordEditor>(), node.Get<BusinessKeyEditor>(), rights.Caller)
            : null;

    private ImportPlan Plan(ParseResult parsed, NodeCatalog catalog, IReadOnlyList<string> header, Terminal terminal)
    {
        var plan = ImportPlan.Make(catalog, header, Arguments(parsed));
        ImportOptions.SayUnused(terminal, plan.Unused);
        return plan;
    }

    private ImportArguments Arguments(ParseResult parsed) =>
        new()
        {
            Template =
                parsed.GetValue(_template)
                ?? throw new OperatorException(
                    "--template is needed: it says what the columns of a CSV file mean.",
                    "须给出 --template，CSV 文件各列的含义由它决定。"
                ),
            Map = parsed.GetValue(_map) ?? [],
            IdentifierColumn = parsed.GetValue(_identifierColumn),
            Source = parsed.GetValue(_source),
            SourceColumn = parsed.GetValue(_sourceColumn),
            SourceKeyColumn = parsed.GetValue(_sourceKeyColumn),
        };

    private static async Task ImportAsync(
        CsvImporter importer,
        WorkProgress progress,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await progress.ShowAsync(
                terminal,
                new("import", "导入"),
                new("rows", "行"),
                () => importer.RunAsync(progress, cancellationToken)
            );
        }
        catch (Exception) when (importer.State.Rows > 0)
        {
            SayGoOn(terminal, importer.State);
            throw;
        }
    }

    private static int Report(Terminal terminal, CsvImporter importer, WorkProgress progress, string badRowsFile)
    {
        var done = importer.State;
        var isUpdated = done.Updated > 0;
        terminal.Say(
            $"registered {done.Registered}, {(isUpdated ? $"updated {done.Updated}, " : "")}same {done.Same}, "
                + $"bad {done.Bad}, in {progress.Elapsed.TotalSeconds:0.0} s, {progress.Rate:0}/s",
            $"新注册 {done.Registered}，{(isUpdated ? $"已更新 {done.Updated}，" : "")}相同 {done.Same}，错误 {done.Bad}，"
                + $"用时 {progress.Elapsed.TotalSeconds:0.0} s，每秒 {progress.Rate:0} 行"
        );
        if (done.Bad > 0)
        {
            terminal.Explain(
                $"The bad rows with their reasons are in {badRowsFile}.",
                $"错误行及其原因见 {badRowsFile}。"
            );
        }
        if (!importer.IsComplete)
        {
            SayGoOn(terminal, done);
            return ExitCode.Interrupted;
        }
        return done.Bad > 0 ? ExitCode.Refused : ExitCode.Done;
    }

    private static int Report(Terminal terminal, JsonLinesImporter importer, bool isWhole)
    {
        var counts = importer.Counts.Text;
        terminal.Say(importer.IsDryRun ? new($"nothing written: {counts.En}", $"未写入：{counts.Zh}") : counts);
        if (importer.Counts.Bad > 0 && !importer.IsDryRun)
        {
            terminal.Explain($"The bad lines are in {importer.BadFile}.", $"错误行见 {importer.BadFile}。");
        }
        if (!isWhole)
        {
            terminal.Explain(
                "Stopped. The same command does the rest; lines done are recognised.",
                "已停止。用同一命令完成其余部分，已导入的行能够识别。"
            );
            return ExitCode.Interrupted;
        }
        return importer.Counts.Bad > 0 ? ExitCode.Refused : ExitCode.Done;
    }

    private static void SayGoOn(Terminal terminal, CsvImportState state) =>
        terminal.Explain(
            $"Stopped after row {state.Rows}. The same command goes on from there.",
            $"已在第 {state.Rows} 行之后停止，用同一命令从该处继续。"
        );
}
