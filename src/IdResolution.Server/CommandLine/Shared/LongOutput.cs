using IdResolution.Core.Primitives;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>Writes many records to standard output, or to a file that appears only when it is complete.</summary>
internal static class LongOutput
{
    /// <summary>Writes the records and shows progress.</summary>
    /// <param name="terminal">Where results and progress are shown.</param>
    /// <param name="file">The path of the file; null for standard output.</param>
    /// <param name="unit">What is counted, such as <c>records</c>.</param>
    /// <param name="write">Writes the records and reports progress.</param>
    public static async Task<T> WriteAsync<T>(
        Terminal terminal,
        string? file,
        Text unit,
        Func<TextWriter, WorkProgress, Task<T>> write
    )
    {
        var progress = new WorkProgress();
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
