namespace IdResolution.Server.CommandLine.Shared;

/// <summary>
/// A file that is there whole or not at all: written as <c>.partial</c>, renamed by <see cref="Keep"/>, else removed.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _file;
    private bool _kept;

    /// <summary>Begins a file.</summary>
    /// <param name="file">Its path once it is whole.</param>
    /// <param name="isSecret">Whether only its owner may read it.</param>
    public PartialFile(string file, bool isSecret = false)
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
        if (isSecret && !OperatingSystem.IsWindows())
        {
            // One that a killed run left may be readable by others.
            File.Delete(partial);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        Stream = new FileStream(partial, options);
    }

    public FileStream Stream { get; }

    /// <summary>Brings the file to disk and puts it in place.</summary>
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
