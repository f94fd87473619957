using IdResolution.Core.Primitives;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting;

/// <summary>
/// A data directory in use. A lock file marks it: everything that opens the database shares the lock, and a command
/// that replaces the database holds it alone. Dispose releases the lock.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockFile = "idnode.lock";

    private const UnixFileMode OthersThanOwner = (UnixFileMode)0x3F;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;
    private readonly IReadOnlyList<string> _made;
    private readonly HashSet<string> _before;

    private DataDirectory(string path, FileStream held, IReadOnlyList<string> made, HashSet<string> before)
    {
        Path = path;
        _lock = held;
        _made = made;
        _before = before;
    }

    public string Path { get; }

    public string Database => System.IO.Path.Combine(Path, Storage.Sqlite.SqliteDatabase.FileName);

    /// <summary>
    /// The directory and the files of the database in it that others than their owner may use; empty on Windows.
    /// </summary>
    public List<string> Loose()
    {
        var loose = new List<string>();
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in Directory.EnumerateFiles(Path, "idnode.db*").Order().Prepend(Path))
            {
                if (IsLoose(file))
                {
                    loose.Add(file);
                }
            }
        }
        return loose;
    }

    /// <summary>True if others than its owner may use a file or directory. Windows is not asked.</summary>
    public static bool IsLoose(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OthersThanOwner) != 0;

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
            path = System.IO.Path.GetFullPath(path);
            var made = Missing(path);
            if (made.Count > 0 && !create)
            {
                throw new OperatorException(
                    $"There is no data directory {path}. Make one: idnode init --data {path} --prefix PREFIX",
                    $"没有数据目录 {path}。建立：idnode init --data {path} --prefix 前缀"
                );
            }
            Make(path);
            var before = Directory.EnumerateFiles(path).ToHashSet(StringComparer.Ordinal);
            var file = System.IO.Path.Combine(path, LockFile);
            // Advisory locks of the system: FileShare.Read makes the lock shared, FileShare.None exclusive.
            var held = new FileStream(
                file,
                FileMode.OpenOrCreate,
                alone ? FileAccess.ReadWrite : FileAccess.Read,
                alone ? FileShare.None : FileShare.Read
            );
            return new DataDirectory(path, held, made, before);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new OperatorException(
                alone
                    ? new Text($"{path} is in use. Stop the node first.", $"{path} 正在使用，请先停止节点。")
                    : new Text($"{path} cannot be opened: {e.Message}", $"无法打开 {path}：{e.Message}")
            );
        }
        catch (UnauthorizedAccessException e)
        {
            throw new OperatorException($"{path} cannot be opened: {e.Message}", $"无法打开 {path}：{e.Message}");
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>
    /// Releases the lock and removes what was made since the directory was opened: for a node that could not be made.
    /// A database that was there before is left alone, with all beside it.
    /// </summary>
    public void GiveUp()
    {
        Dispose();
        try
        {
            // Where another process uses the directory, it is no longer ours to empty.
            using (new FileStream(FileOf(LockFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                if (File.Exists(Database) && !_before.Contains(Database))
                {
                    // The key file goes with the database alone: another database may have been made with it.
                    DeleteNew(
                        KeyFile.FileName,
                        "log.head",
                        "idnode.db-wal",
                        "idnode.db-shm",
                        "idnode.db.id",
                        "idnode.db"
                    );
                }
                DeleteNew(LockFile);
            }
            foreach (var directory in _made)
            {
                Directory.Delete(directory);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The fault that led here is the one to report.
        }
    }

    private void DeleteNew(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!_before.Contains(FileOf(name)))
            {
                File.Delete(FileOf(name));
            }
        }
    }

    private string FileOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The directories of a path that do not exist, the innermost first.</summary>
    private static List<string> Missing(string path)
    {
        var missing = new List<string>();
        for (var at = path; at is not null && !Directory.Exists(at); at = System.IO.Path.GetDirectoryName(at))
        {
            missing.Add(at);
        }
        return missing;
    }

    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, Owner);
        }
    }
}
