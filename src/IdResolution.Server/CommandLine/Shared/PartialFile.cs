namespace IdResolution.Server.CommandLine.Shared;

/// <summary>
/// A file that appears only when it is complete. It is written as <c>.partial</c> and renamed by <see cref="Keep"/>;
/// without that it is removed. Only the owner may read it.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _file;
    private bool _kept;

    /// <param name="file">The path of the complete file.</param>
    public PartialFile(string file)
    {
        _file = file;
        var partial = file + ".partial";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 1 << 16,
        };
        // A file left by a killed run may be readable by others.
        File.Delete(partial);
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        Stream = new FileStream(partial, options);
    }

    public FileStream Stream { get; }

    /// <summary>Flushes the file to disk and renames it to its path.</summary>
    public void Keep()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(Stream.Name, _file, overwrite: true);
        _kept = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_kept)
        {
            File.Delete(Stream.Name);
        }
    }
}
