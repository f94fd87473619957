using System.Collections.Concurrent;

namespace IdResolution.Tds.Engine;

/// <summary>The databases of one server, in a directory of their own.</summary>
internal sealed class DatabaseSet : IDisposable
{
    private readonly ConcurrentDictionary<string, Database> _databases = new(StringComparer.OrdinalIgnoreCase);
    private int _files;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("idresolution-tds-").FullName;

    /// <summary>No login may create, alter or drop anything.</summary>
    public bool ForbidsDefinitions { get; set; }

    public LockTable Locks { get; } = new();

    /// <summary>What was asked for and this server, rather than its client, could not do.</summary>
    public ConcurrentQueue<string> Unable { get; } = new();

    public IReadOnlyCollection<Database> All => [.. _databases.Values];

    public Database? Find(string name) => _databases.GetValueOrDefault(name);

    public string NewFile() => System.IO.Path.Combine(Directory, $"{Interlocked.Increment(ref _files)}.db");

    public void Create(string name)
    {
        var database = new Database(name, NewFile());
        database.Create();
        if (!_databases.TryAdd(name, database))
        {
            throw new TSqlException(1801, $"Database '{name}' already exists. Choose a different database name.");
        }
    }

    /// <summary>Adds a database that nobody may write to.</summary>
    public Database AddReadOnly(string name, string file) =>
        _databases[name] = new Database(name, file, isReadOnly: true);

    public void Dispose()
    {
        // A file of a connection that is only just ending does not matter in a temporary directory.
        try
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
        catch (IOException) { }
    }
}
