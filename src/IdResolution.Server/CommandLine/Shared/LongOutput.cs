namespace IdResolution.Server.CommandLine.Shared;

/// <summary>Where many records go: a file that is there whole or not at all, or standard output.</summary>
internal static class LongOutput
{
    /// <summary>Writes them and shows progress.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="file">The file; null for standard output.</param>
    /// <param name="unit">What is counted, such as records.</param>
    /// <param name="write">Writes them.</param>
    /// <param name="isSecret">Whether only the file's owner may read it.</param>
    public static async Task<T> WriteAsync<T>(
        Terminal terminal,
        string? file,
        string unit,
        Func<TextWriter, WorkProgress, Task<T>> write,
        bool isSecret = false
    )
    {
        var progress = new WorkProgress();
        if (file is null)
        {
            // A bar would be drawn between the records.
            return terminal.ShowsResults ? await write(terminal.Out, progress) : await ShowAsync(terminal.Out);
        }
        using var written = new PartialFile(file, isSecret);
        T done;
        await using (var writer = new StreamWriter(written.Stream, leaveOpen: true))
        {
            done = await ShowAsync(writer);
        }
        written.Keep();
        return done;

        Task<T> ShowAsync(TextWriter to) => progress.ShowAsync(terminal, "export", unit, () => write(to, progress));
    }
}
