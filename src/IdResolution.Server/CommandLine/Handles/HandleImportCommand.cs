using System.CommandLine;
using System.Globalization;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary><c>handle import</c>: many handles from a file of JSON lines.</summary>
internal sealed class HandleImportCommand
{
    // What else was refused is in the file beside.
    private const int MaxShown = 10;

    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The file: UTF-8, a JSON object each line; - reads standard input.",
    };

    private readonly Option<bool> _overwrite = new("--overwrite")
    {
        Description =
            "Replace the values of handles that exist with other ones, and bring back those that were revoked. "
            + "Values that the file does not name go, HS_SECKEY too.",
    };

    public static Command Create() => new HandleImportCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "import",
            """
            Creates handles with the values of a file, while a node serves or not. Each line is a handle and its values
            in the JSON of the Handle HTTP interface:
              {"handle":"88.300.1/A","values":[{"index":1,"type":"URL","data":{"format":"string","value":"a"}}]}
            The record of a prefix, 0.NA/88.300.1, homes the prefix. Handles of a prefix that is not homed are refused,
            unless its record stands before them. A handle that has these values already stays as it is, so the same
            command may be run again, also after an interruption. Lines that are refused go, each with its number and
            reason, to FILE.bad.csv; the others are taken.

            Examples:
              idnode handle import handles.jsonl --data ./data
              zcat handles.jsonl.gz | idnode handle import - --data ./data --overwrite
            """
        )
        {
            _file,
            Settings.Data,
            _overwrite,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var path = parsed.GetRequiredValue(_file) is "-" ? null : parsed.GetRequiredValue(_file);
        await using var stream = path is null
            ? Console.OpenStandardInput()
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var node = await Settings.OpenNodeAsync(parsed);
        using var bad = path is null ? null : new BadRows(path + ".bad.csv", ["line", "reason", "handle"]);
        bad?.Begin(0);
        var shown = new List<string>();
        var importer = new HandleImporter(
            node,
            new LineReader(stream),
            parsed.GetValue(_overwrite),
            terminal.Lines,
            Refuse
        );
        var progress = new WorkProgress();
        try
        {
            // Where lines are refused as they come, a bar would be drawn between them.
            await (
                path is null
                    ? importer.RunAsync(progress, cancellationToken)
                    : progress.ShowAsync(
                        terminal,
                        "import",
                        "lines",
                        () => importer.RunAsync(progress, cancellationToken)
                    )
            );
        }
        finally
        {
            bad?.Flush();
            shown.ForEach(terminal.Error.WriteLine);
            if (bad?.Length > 0)
            {
                terminal.Error.WriteLine($"The lines that were refused, with their reasons, are in {path}.bad.csv.");
            }
            if (!importer.IsComplete)
            {
                terminal.Error.WriteLine(
                    $"Stopped after line {importer.Line}. The same command does the rest: what is done is "
                        + "recognised."
                );
            }
        }
        await node.Get<GatheredCounts>().FlushAsync(last: true, CancellationToken.None);
        var counts = importer.Counts;
        if (counts.Homed.Count > 0)
        {
            terminal.Error.WriteLine($"Homed from now on: {string.Join(", ", counts.Homed)}.");
        }
        terminal.Out.WriteLine(
            $"created {counts.Created}, replaced {counts.Replaced}, same {counts.Same}, refused "
                + $"{counts.Refused}, in {progress.Elapsed.TotalSeconds:0.0} s, {progress.Rate:0}/s"
        );
        return !importer.IsComplete ? ExitCode.Interrupted
            : counts.Refused > 0 ? ExitCode.Refused
            : ExitCode.Done;

        void Refuse(HandleLine line, IReadOnlyList<string> reasons)
        {
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"line {line.Number}: {line.Handle}{(line.Handle.Length > 0 ? ": " : "")}"
                    + $"{string.Join("; ", reasons)}"
            );
            if (bad is null)
            {
                terminal.Error.WriteLine(text);
                return;
            }
            bad.Add(line.Number, reasons, [line.Handle]);
            if (shown.Count < MaxShown)
            {
                shown.Add(text);
            }
        }
    }
}
