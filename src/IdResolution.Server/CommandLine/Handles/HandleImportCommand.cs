using System.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary><c>handle import</c>: creates many handles from a file of JSON lines.</summary>
internal sealed class HandleImportCommand
{
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

            The file has all rights of an administrator: values such as HS_ADMIN, HS_SECKEY, HS_PUBKEY and HS_SITE in it
            say from then on who may do what. Look into a file of somebody else before you import it.

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
        await using var stream = Open(path);
        using var node = await Settings.OpenNodeAsync(parsed);
        using var refused = new RefusedLines(path, terminal);
        refused.Begin();
        var importer = new HandleImporter(
            node,
            new LineReader(stream),
            parsed.GetValue(_overwrite),
            terminal.Lines,
            refused.Add,
            terminal.Language
        );
        var progress = new WorkProgress();
        try
        {
            await ImportAsync(importer, refused, progress, terminal, cancellationToken);
        }
        finally
        {
            await NoteAsync(node, path, importer.Counts);
        }
        await node.Get<GatheredCounts>().FlushAsync(last: true, CancellationToken.None);
        Write(terminal, importer.Counts, progress);
        if (!importer.IsComplete)
        {
            return ExitCode.Interrupted;
        }
        return importer.Counts.Refused > 0 ? ExitCode.Refused : ExitCode.Done;
    }

    private static Task NoteAsync(NodeContainer node, string? path, HandleImportCounts done) =>
        node.NoteAsync(
            "handle import",
            path is null ? "standard input" : Path.GetFullPath(path),
            done.Created + done.Replaced + done.Same
        );

    private static Stream Open(string? path) =>
        path is null
            ? Console.OpenStandardInput()
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);

    private static async Task ImportAsync(
        HandleImporter importer,
        RefusedLines refused,
        WorkProgress progress,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // Refused lines that are shown at once would be mixed with a progress bar.
            await (
                refused.AreShownAtOnce
                    ? RunAsync()
                    : progress.ShowAsync(terminal, new("import", "导入"), new("lines", "行"), RunAsync)
            );
        }
        finally
        {
            refused.Finish();
            if (!importer.IsComplete)
            {
                terminal.Explain(
                    $"Stopped after line {importer.Line}. The same command does the rest: what is done is "
                        + "recognised.",
                    $"已在第 {importer.Line} 行之后停止。用同一命令完成其余部分，已导入的行能够识别。"
                );
            }
        }

        Task<HandleImportCounts> RunAsync() => importer.RunAsync(progress, cancellationToken);
    }

    private static void Write(Terminal terminal, HandleImportCounts counts, WorkProgress progress)
    {
        if (counts.Homed.Count > 0)
        {
            terminal.Explain(
                $"Homed from now on: {string.Join(", ", counts.Homed)}.",
                $"新增归属前缀：{string.Join("、", counts.Homed)}。"
            );
        }
        terminal.Say(
            $"created {counts.Created}, replaced {counts.Replaced}, same {counts.Same}, refused "
                + $"{counts.Refused}, in {progress.Elapsed.TotalSeconds:0.0} s, {progress.Rate:0}/s",
            $"新建 {counts.Created}，替换 {counts.Replaced}，相同 {counts.Same}，拒绝 {counts.Refused}，"
                + $"用时 {progress.Elapsed.TotalSeconds:0.0} s，每秒 {progress.Rate:0} 行"
        );
    }
}
