using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting;

/// <summary>
/// A data directory in use. A lock file marks it: everything that opens the database shares the lock, and a command
/// that replaces the database holds it alone. Dispose releases the lock.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    public string Database => System.IO.Path.Combine(Path, Storage.Sqlite.SqliteDatabase.FileName);

    /// <summary>The settings of the store: SQL Server if one is named, else the file in the data directory.</summary>
    public static Storage.Sql.StoreSettings StoreIn(NodeOptions options) =>
        new(
            System.IO.Path.Combine(options.Data, Storage.Sqlite.SqliteDatabase.FileName),
            options.Store.SqlServer,
            options.Store.SqlServerReplica,
            TimeSpan.FromSeconds(options.Store.TimeoutSeconds)
        );

    /// <summary>Opens a directory and locks it. Creates the directory if <paramref name="create"/> is true.</summary>
    /// <exception cref="OperatorException">
    /// It is missing, cannot be created, or a lock of another process excludes this one.
    /// </exception>
    public static DataDirectory Open(string path, bool create, bool alone = false)
    {
        try
        {
            if (create)
            {
                Directory.CreateDirectory(path);
            }
            else if (!Directory.Exists(path))
            {
                throw new OperatorException(
                    $"There is no data directory {path}. Make one: idnode init --data {path} --prefix PREFIX"
                );
            }
            var file = System.IO.Path.Combine(path, "idnode.lock");
            // Advisory locks of the system: FileShare.Read makes the lock shared, FileShare.None exclusive.
            var held = new FileStream(
                file,
                FileMode.OpenOrCreate,
                alone ? FileAccess.ReadWrite : FileAccess.Read,
                alone ? FileShare.None : FileShare.Read
            );
            return new DataDirectory(System.IO.Path.GetFullPath(path), held);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new OperatorException(
                alone ? $"{path} is in use. Stop the node first." : $"{path} cannot be opened: {e.Message}"
            );
        }
        catch (UnauthorizedAccessException e)
        {
            throw new OperatorException($"{path} cannot be opened: {e.Message}");
        }
    }

    public void Dispose() => _lock.Dispose();
}
