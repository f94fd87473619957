using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting;

/// <summary>
/// A data directory in use: a lock file shared by everything that opens the database, held alone by what swaps it.
/// Dispose releases it.
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

    /// <summary>
    /// The store of a node with these settings: the file in its data directory, unless a server is named.
    /// </summary>
    public static Storage.Sql.StoreSettings StoreIn(NodeOptions options) =>
        new(
            System.IO.Path.Combine(options.Data, Storage.Sqlite.SqliteDatabase.FileName),
            options.Store.SqlServer,
            options.Store.SqlServerReplica,
            TimeSpan.FromSeconds(options.Store.TimeoutSeconds)
        );

    /// <summary>Opens a directory; makes it where asked.</summary>
    /// <exception cref="OperatorException">
    /// It is missing, cannot be made, or is in use by another where it must not be.
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
            // Advisory locks of the system: reading with shared reading is shared, no sharing is alone.
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
