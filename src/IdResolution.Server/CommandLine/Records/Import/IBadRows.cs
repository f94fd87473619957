namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>The file of what an import refused. It is created with the first refused row.</summary>
internal interface IBadRows : IDisposable
{
    /// <summary>Length of the file in bytes after the last flush.</summary>
    long Length { get; }

    /// <summary>Goes on at a length and drops what is behind it. 0 deletes the file.</summary>
    void Begin(long length);

    /// <summary>Adds a row as it is in the file.</summary>
    void Add(long row, IEnumerable<string> reasons, IEnumerable<string> cells);

    /// <summary>Writes what was added.</summary>
    void Flush();
}
