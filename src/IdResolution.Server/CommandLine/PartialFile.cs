namespace IdResolution.Server.CommandLine;

/// <summary>A file that is there whole or not at all: written as <c>.partial</c>, renamed by <see cref="Keep"/>, else removed.</summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _file;
    private bool _kept;

    public PartialFile(string file)
    {
        _file = file;
        Stream = new FileStream(file + ".partial", FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
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
