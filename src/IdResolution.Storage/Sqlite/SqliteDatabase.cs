using System.Diagnostics;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Sqlite;

/// <summary>An embedded database file that was checked and migrated. It opens connections. Thread-safe.</summary>
public sealed class SqliteDatabase
{
    /// <summary>The name of the database file in the data directory.</summary>
    public const string FileName = "idnode.db";

    private const int BusyMilliseconds = 5_000;

    private const string Head = "SELECT value FROM counters WHERE name = 'log'";

    // A log without entries has its header at most.
    private const int LogHeaderBytes = 32;

    // A database is written to after its write-ahead log where a checkpoint was the last that was done.
    private static readonly TimeSpan s_longestCheckpoint = TimeSpan.FromSeconds(10);

    private SqliteDatabase(string file, TimeProvider time, long epoch)
    {
        File = file;
        Time = time;
        Epoch = epoch;
    }

    /// <summary>The path of the database file, as it was opened.</summary>
    public string File { get; }

    internal TimeProvider Time { get; }

    /// <summary>The epoch that a store must have for this node to write to it.</summary>
    internal long Epoch { get; }

    /// <summary>Gives the sequence number of the furthest entry of the log that was seen; 0 for none.</summary>
    internal Func<long> Known { get; set; } = static () => 0;

    /// <summary>True if the file was moved, deleted or replaced since the store was opened.</summary>
    internal Func<bool> IsMoved { get; set; } = static () => false;

    /// <summary>True if a step in code was left to run beside the node.</summary>
    internal bool HasStepLeft { get; private set; }

    /// <summary>Opens the file, or creates it. Checks that it is not truncated, and migrates it.</summary>
    /// <exception cref="DatabaseUnusableException">
    /// The file is truncated, damaged, locked, or newer than this node; the message says what to do.
    /// </exception>
    public static SqliteDatabase Open(string file, TimeProvider time) =>
        Open(file, new MigrationRun(SqliteMigrator.Plan, time), CancellationToken.None);

    /// <summary>Opens the file and migrates it as the run says. A cancelled migration can be resumed.</summary>
    /// <inheritdoc cref="Open(string, TimeProvider)" path="/exception"/>
    internal static SqliteDatabase Open(string file, MigrationRun run, CancellationToken cancellationToken)
    {
        var database = new SqliteDatabase(file, run.Time, run.Plan.Epoch);
        try
        {
            CheckLogFits(file);
            using var connection = database.Connect();
            database.CheckWhole(connection);
            database.HasStepLeft = !new SqliteMigrator(connection, run).Migrate(cancellationToken);
            FileMark.Note(connection, file);
            return database;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            throw new DatabaseUnusableException(
                $"{file} is damaged ({e.Message}). Run: idnode doctor --data DIR; then restore a backup: idnode "
                    + "restore FILE --data DIR.",
                $"{file} 已损坏（{e.Message}）。请执行 idnode doctor --data 目录 检查，再用 idnode restore 备份文件 --data 目录 恢复备份。",
                e
            );
        }
        catch (SqliteException e)
        {
            throw new DatabaseUnusableException(
                $"{file} cannot be opened ({e.Message}). Check that the file and its directory may be written, "
                    + "that the disk has room, and that no other program has it locked.",
                $"{file} 无法打开（{e.Message}）。请检查该文件及其目录是否可写、磁盘是否有空间、是否被其他程序锁定。",
                e
            );
        }
    }

    /// <summary>Opens a connection with the settings that durability depends on.</summary>
    /// <exception cref="StoreException">The file was moved: the log beside it is of another one.</exception>
    internal SqliteConnection Connect(bool readOnly = false)
    {
        CheckPlace();
        AlignModes();
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ToString()
        );
        try
        {
            connection.Open();
            // SQLite's own wait takes short steps. The driver's wait, which follows it, sleeps 150 ms at a time, and a
            // timeout of 0 seconds would mean no end.
            connection.DefaultTimeout = 1;
            Execute(connection, $"PRAGMA busy_timeout = {BusyMilliseconds}");
            if (readOnly)
            {
                Execute(connection, "PRAGMA query_only = 1; PRAGMA cache_size = -4000");
            }
            else
            {
                SwitchToWal(connection);
                // Deleted or moved content is overwritten at once, since a later erasure cannot find copies that
                // earlier changes left.
                Execute(
                    connection,
                    "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -65536; PRAGMA "
                        + "wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY"
                );
            }
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Refuses to go on with a file that was moved, deleted or replaced since the store was opened.</summary>
    /// <exception cref="StoreException">It was.</exception>
    internal void CheckPlace()
    {
        if (IsMoved())
        {
            throw new StoreException(LogErrors.StoreMoved(), null);
        }
    }

    /// <summary>True if the connection should be opened again after this exception.</summary>
    internal static bool IsBroken(SqliteException e) =>
        e.SqliteErrorCode
            is raw.SQLITE_IOERR
                or raw.SQLITE_READONLY
                or raw.SQLITE_CANTOPEN
                or raw.SQLITE_CORRUPT
                or raw.SQLITE_NOTADB;

    /// <summary>Turns a driver's exception into the one that callers of the store expect.</summary>
    internal static StoreException Translate(SqliteException e) =>
        e.SqliteErrorCode == raw.SQLITE_FULL ? StoreException.Full(e) : StoreException.Unavailable(e);

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// Corrects the modes of the files beside the database. SQLite creates them with the mode of the database. If that
    /// was read-only then and is writable now, they must become writable too.
    /// </summary>
    private void AlignModes()
    {
        if (OperatingSystem.IsWindows() || !System.IO.File.Exists(File))
        {
            return;
        }
        var mode = System.IO.File.GetUnixFileMode(File);
        foreach (var beside in new[] { File + "-wal", File + "-shm" })
        {
            try
            {
                if (System.IO.File.Exists(beside) && System.IO.File.GetUnixFileMode(beside) != mode)
                {
                    System.IO.File.SetUnixFileMode(beside, mode);
                }
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException)
            {
                // The file has another owner or is gone: opening the database will tell what is wrong.
            }
        }
    }

    private static void SwitchToWal(SqliteConnection connection)
    {
        // Two nodes may create one database at the same moment. The switch to WAL needs the file alone and does not
        // wait.
        for (var began = Stopwatch.GetTimestamp(); ; )
        {
            try
            {
                Execute(connection, "PRAGMA journal_mode = WAL");
                return;
            }
            catch (SqliteException e)
                when (e.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED
                    && Stopwatch.GetElapsedTime(began).TotalMilliseconds < BusyMilliseconds
                )
            {
                Thread.Sleep(50);
            }
            catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_READONLY)
            {
                // The file is read-only. It is in WAL mode since it was created, so it can be read.
                return;
            }
        }
    }

    /// <summary>
    /// Looks whether the write-ahead log beside the file is of this file. After a kill there is one, and SQLite would
    /// copy its pages into any file that was put back meanwhile, which ruins it. Changes nothing.
    /// </summary>
    private static void CheckLogFits(string file)
    {
        var log = new FileInfo(file + "-wal");
        if (!log.Exists || log.Length <= LogHeaderBytes || !System.IO.File.Exists(file))
        {
            return;
        }
        // A connection that only reads copies nothing when it is closed.
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        using var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA busy_timeout = {BusyMilliseconds}");
            var isLate = System.IO.File.GetLastWriteTimeUtc(file) - log.LastWriteTimeUtc > s_longestCheckpoint;
            if (
                !FileMark.IsOfAnother(file)
                && EndsWhereItSays(connection)
                && (!isLate || HasAllOfLog(file, connection) || IsWhole(connection))
            )
            {
                return;
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode is not (raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB))
        {
            // No tables yet, or files that cannot be read: opening the database will tell.
            return;
        }
        catch (SqliteException)
        {
            // Damaged, as it is with this log.
        }
        throw new DatabaseUnusableException(
            $"{file}-wal is not the write-ahead log of {file}: with it the database would be damaged. Nothing was "
                + "changed. If the file was put back from a backup, put it back with: idnode restore FILE --data DIR; "
                + $"or move {file}-wal and {file}-shm elsewhere and start again.",
            $"{file}-wal 不属于 {file}：与其一起使用会损坏数据库。未做任何改动。如该文件是从备份放回的，请改用 idnode restore 备份文件 "
                + $"--data 目录 恢复；或将 {file}-wal 与 {file}-shm 移到别处后重新启动。"
        );
    }

    /// <summary>True if the log of changes ends where its counter says.</summary>
    private static bool EndsWhereItSays(SqliteConnection connection) =>
        Ask(
            connection,
            "SELECT value = (SELECT coalesce(MAX(sequence), 0) FROM change_log) FROM counters WHERE name = 'log'"
        )
            is 1L;

    /// <summary>Opens the file by itself, without its write-ahead log, for reading. Locks nothing.</summary>
    internal static SqliteConnection OpenAlone(string file)
    {
        var alone = new Uri(Path.GetFullPath(file)).AbsoluteUri + "?immutable=1";
        var connection = new SqliteConnection($"Data Source={alone};Mode=ReadOnly;Pooling=False");
        connection.Open();
        // A checkpoint copies the first page first, which counts pages that the file has not got yet. Only with this
        // pragma SQLite reads such a file.
        Execute(connection, "PRAGMA writable_schema = 1");
        return connection;
    }

    /// <summary>True if the file by itself ends where it does with its log: a checkpoint copied all of that.</summary>
    private static bool HasAllOfLog(string file, SqliteConnection connection)
    {
        var head = Ask(connection, Head);
        try
        {
            using var copied = OpenAlone(file);
            return Equals(Ask(copied, Head), head);
        }
        catch (SqliteException)
        {
            // Half copied, it cannot be read by itself.
            return false;
        }
    }

    /// <summary>True if nothing is amiss in the file. Takes a second for each some 100,000 records.</summary>
    private static bool IsWhole(SqliteConnection connection) =>
        Ask(connection, "SELECT COUNT(*) = coalesce(MAX(sequence), 0) FROM change_log") is 1L
        && Ask(connection, "PRAGMA integrity_check(1)") is "ok";

    private static object? Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>
    /// Compares the file's length with the length that the database should have. First the write-ahead log is copied
    /// into the file. The write lock is held meanwhile, so that a node that writes does not look like a truncated file.
    /// </summary>
    private void CheckWhole(SqliteConnection connection)
    {
        try
        {
            Execute(connection, "BEGIN IMMEDIATE");
        }
        catch (SqliteException e) when (IsLockRefused(e))
        {
            return;
        }
        try
        {
            using var checkpointing = Connect();
            using var command = checkpointing.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
            using (var reader = command.ExecuteReader())
            {
                if (!reader.Read() || reader.GetInt64(0) != 0 || reader.GetInt64(1) != reader.GetInt64(2))
                {
                    // Another reader keeps part of the database in the write-ahead log.
                    return;
                }
            }
            command.CommandText = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
            var expected = (long)command.ExecuteScalar()!;
            var actual = new FileInfo(File).Length;
            if (actual < expected)
            {
                throw new DatabaseUnusableException(
                    $"{File} has {actual} bytes and should have {expected}: it was cut short. Restore a backup: "
                        + "idnode restore FILE --data DIR.",
                    $"{File} 为 {actual} 字节，应为 {expected} 字节：文件不完整。请恢复备份：idnode restore 备份文件 --data 目录。"
                );
            }
        }
        catch (SqliteException e) when (IsLockRefused(e))
        {
            return;
        }
        finally
        {
            Execute(connection, "ROLLBACK");
        }
    }

    /// <summary>
    /// True if the write lock was refused, for example on a read-only file. The length cannot be checked then; damage
    /// still shows when the file is read.
    /// </summary>
    private static bool IsLockRefused(SqliteException e) => e.SqliteErrorCode is raw.SQLITE_READONLY or raw.SQLITE_BUSY;
}
