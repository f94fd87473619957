using System.CommandLine;
using IdResolution.Core.Catalog;
using IdResolution.Core.Registration;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Records;

/// <summary><c>import</c>: many items from a CSV file.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE.csv") { Description = "The file: UTF-8, a header row, RFC 4180." };
        var template = new Option<string>("--template")
        {
            Description = "The template's code, such as membrane-roll.",
            HelpName = "T",
            Required = true,
        };
        var map = new Option<string[]>("--map")
        {
            Description =
                "Which column an attribute comes from; may be repeated. Not needed where the column is named like "
                + "the attribute.",
            HelpName = "ATTR=COLUMN",
            AllowMultipleArgumentsPerToken = true,
        };
        var identifierColumn = new Option<string>("--identifier-column")
        {
            Description =
                "The column of identifiers. Default: identifier, where there is one; else the template's coding "
                + "rule gives them.",
            HelpName = "COLUMN",
        };
        var source = new Option<string>("--source")
        {
            Description = "The system the rows come from, such as mes.",
            HelpName = "S",
        };
        var sourceColumn = new Option<string>("--source-column")
        {
            Description = "The column of the system each row comes from, where they differ.",
            HelpName = "COLUMN",
        };
        var sourceKeyColumn = new Option<string>("--source-key-column")
        {
            Description = "The column of the items' keys in that system; needs --source or --source-column.",
            HelpName = "COLUMN",
        };
        var delimiter = new Option<string>("--delimiter")
        {
            Description = "What stands between cells: one character, or tab.",
            HelpName = "CHAR",
            DefaultValueFactory = _ => ",",
        };
        var batch = new Option<int>("--batch")
        {
            Description = $"Rows registered at a time, 1 to {Registrar.MaxBatch}.",
            HelpName = "N",
            DefaultValueFactory = _ => 1_000,
        };
        var restart = new Option<bool>("--restart")
        {
            Description = "Begin at the first row, whatever an earlier run did.",
        };
        var command = new Command(
            "import",
            """
            Registers the rows of a CSV file, while a node serves or not. A cell of a repeated attribute holds its
            values between ';'; an empty cell is no value. Bad rows go, each with its number (the header not counted)
            and reason, to FILE.csv.bad.csv; the good ones are taken. After an interruption the same command goes on; no
            row is ever registered twice, also where rows have no key of their own.

            Examples:
              idnode import rolls.csv --data ./data --template membrane-roll --map thickness="Thickness (µm)" \
                --source wms --source-key-column Lot
              idnode import mea.csv --data ./data \
                --template mea    (columns named like the attributes, as idnode export writes them)
            """
        )
        {
            file,
            Settings.Data,
            template,
            map,
            identifierColumn,
            source,
            sourceColumn,
            sourceKeyColumn,
            delimiter,
            batch,
            restart,
        };
        return command.Doing(
            async (parsed, terminal, cancellationToken) =>
            {
                var size = parsed.GetValue(batch);
                if (size is < 1 or > Registrar.MaxBatch)
                {
                    throw new OperatorException($"--batch: {size} must be 1 to {Registrar.MaxBatch}.");
                }
                using var csv = CsvFile.Open(parsed.GetRequiredValue(file), parsed.GetRequiredValue(delimiter));
                using var node = await Settings.OpenNodeAsync(parsed);
                var plan = ImportPlan.Make(
                    node.Get<CatalogHolder>().Current,
                    csv.Header,
                    new ImportArguments
                    {
                        Template = parsed.GetRequiredValue(template),
                        Map = parsed.GetValue(map) ?? [],
                        IdentifierColumn = parsed.GetValue(identifierColumn),
                        Source = parsed.GetValue(source),
                        SourceColumn = parsed.GetValue(sourceColumn),
                        SourceKeyColumn = parsed.GetValue(sourceKeyColumn),
                    }
                );
                if (plan.Unused.Count > 0)
                {
                    terminal.Error.WriteLine($"Columns not used: {string.Join(", ", plan.Unused)}.");
                }
                var importer = new CsvImporter(node, csv, plan, terminal.Lines) { BatchSize = size };
                var begun = await importer.BeginAsync(parsed.GetValue(restart), cancellationToken);
                terminal.Error.WriteLine(begun);
                var progress = new WorkProgress();
                CsvImportState done;
                try
                {
                    done = await progress.ShowAsync(
                        terminal,
                        "import",
                        "rows",
                        () => importer.RunAsync(progress, cancellationToken)
                    );
                }
                catch (Exception) when (importer.State.Rows > 0)
                {
                    terminal.Error.WriteLine(GoOn(importer.State));
                    throw;
                }
                await node.Get<GatheredCounts>().FlushAsync(last: true, CancellationToken.None);
                terminal.Out.WriteLine(
                    $"registered {done.Registered}, same {done.Same}, bad {done.Bad}, in "
                        + $"{progress.Elapsed.TotalSeconds:0.0} s, {progress.Rate:0}/s"
                );
                if (done.Bad > 0)
                {
                    terminal.Error.WriteLine($"The bad rows with their reasons are in {csv.BadRowsFile}.");
                }
                if (!importer.IsComplete)
                {
                    terminal.Error.WriteLine(GoOn(done));
                    return ExitCode.Interrupted;
                }
                return done.Bad > 0 ? ExitCode.Refused : ExitCode.Done;
            }
        );
    }

    private static string GoOn(CsvImportState state) =>
        $"Stopped after row {state.Rows}. The same command goes on from there.";
}
