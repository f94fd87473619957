using IdResolution.Core.Primitives;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>
/// Writes many records to standard output, or to a file that appears only when it is complete. The audit log has both
/// the beginning and the end.
/// </summary>
internal static class LongOutput
{
    /// <summary>Writes the records and shows progress.</summary>
    /// <param name="node">The node that they come from.</param>
    /// <param name="action">The act for the audit log.</param>
    /// <param name="what">What is written, for the audit log; null where that is plain.</param>
    /// <param name="terminal">Where results and progress are shown.</param>
    /// <param name="file">The path of the file; null for standard output.</param>
    /// <param name="unit">What is counted, such as <c>records</c>.</param>
    /// <param name="write">Writes the records and reports progress.</param>
    public static Task<T> WriteAsync<T>(
        NodeContainer node,
        string action,
        string? what,
        Terminal terminal,
        string? file,
        Text unit,
        Func<TextWriter, WorkProgress, Task<T>> write
    )
    {
        var progress = new WorkProgress();
        var to = file is null ? "standard output" : Path.GetFullPath(file);
        return node.NoteExportAsync(
            action,
            what is null ? to : $"{what} to {to}",
            progress,
            () => WriteAsync(terminal, file, unit, progress, write)
        );
    }

    /// <summary>The same without a line in the audit log.</summary>
    public static async Task<T> WriteAsync<T>(
        Terminal terminal,
        string? file,
        Text unit,
        WorkProgress progress,
        Func<TextWriter, WorkProgress, Task<T>> write
    )
    {
        if (file is null)
        {
            // On a terminal, a progress bar would be mixed with the records.
            return terminal.ShowsResults ? await write(terminal.Out, progress) : await ShowAsync(terminal.Out);
        }
        using var written = new PartialFile(file);
        T done;
        await using (var writer = new StreamWriter(written.Stream, leaveOpen: true))
        {
            done = await ShowAsync(writer);
        }
        written.Keep();
        return done;

        Task<T> ShowAsync(TextWriter to) =>
            progress.ShowAsync(terminal, new("export", "导出"), unit, () => write(to, progress));
    }
}
