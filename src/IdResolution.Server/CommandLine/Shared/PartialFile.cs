using IdResolution.Storage.Maintenance;

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
        Stream = VerbFile.Create(file + ".partial");
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
