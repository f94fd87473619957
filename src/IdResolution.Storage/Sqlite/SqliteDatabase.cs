using System.Diagnostics;
using IdResolution.Core.Errors;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Sqlite;

/// <summary>Opens connections to the embedded database file, checked and migrated. Thread-safe.</summary>
public sealed class SqliteDatabase
{
    /// <summary>The database's name in the data directory.</summary>
    public const string FileName = "idnode.db";

    private const int BusyMilliseconds = 5_000;

    private SqliteDatabase(string file, TimeProvider time, long epoch)
    {
        File = file;
        Time = time;
        Epoch = epoch;
    }

    /// <summary>The database file.</summary>
    public string File { get; }

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; }

    /// <summary>The epoch of the stores that this node may write to.</summary>
    internal long Epoch { get; }

    /// <summary>True where a step in code was left, to be run beside the node.</summary>
    internal bool HasStepLeft { get; private set; }

    /// <summary>Opens the file, makes it where missing, checks that it is whole, and migrates it.</summary>
    /// <exception cref="DatabaseUnusableException">
    /// The file is cut short, damaged, locked, or newer than this node; the text says what to do.
    /// </exception>
    public static SqliteDatabase Open(string file, TimeProvider time) =>
        Open(file, new MigrationRun(SqliteMigrator.Plan, time), CancellationToken.None);

    /// <summary>The same, migrated as is said; cancelled, a migration goes on where it stopped another time.</summary>
    /// <inheritdoc cref="Open(string, TimeProvider)" path="/exception"/>
    internal static SqliteDatabase Open(string file, MigrationRun run, CancellationToken cancellationToken)
    {
        var database = new SqliteDatabase(file, run.Time, run.Plan.Epoch);
        try
        {
            using var connection = database.Connect();
            database.CheckWhole(connection);
            database.HasStepLeft = !new SqliteMigrator(connection, run).Migrate(cancellationToken);
            return database;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            throw new DatabaseUnusableException(
                $"{file} is damaged ({e.Message}). Run: idnode doctor --data DIR; then restore a backup: idnode "
                    + "restore FILE --data DIR.",
                e
            );
        }
        catch (SqliteException e)
        {
            throw new DatabaseUnusableException(
                $"{file} cannot be opened ({e.Message}). Check that the file and its directory may be written, "
                    + "that the disk has room, and that no other program has it locked.",
                e
            );
        }
    }

    /// <summary>A connection with the settings that durability rests on.</summary>
    internal SqliteConnection Connect(bool readOnly = false)
    {
        AlignModes();
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ToString()
        );
        try
        {
            connection.Open();
            // SQLite's own wait is short-stepped; the driver's, which follows it, sleeps 150 ms at a time, and with 0
            // seconds would never end.
            connection.DefaultTimeout = 1;
            Execute(connection, $"PRAGMA busy_timeout = {BusyMilliseconds}");
            if (readOnly)
            {
                Execute(connection, "PRAGMA query_only = 1; PRAGMA cache_size = -4000");
            }
            else
            {
                SwitchToWal(connection);
                // What is deleted or moved to another page is overwritten at once: erasing later cannot find copies
                // left by earlier changes.
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

    /// <summary>True where an exception means that a connection is better opened anew.</summary>
    internal static bool IsBroken(SqliteException e) =>
        e.SqliteErrorCode
            is raw.SQLITE_IOERR
                or raw.SQLITE_READONLY
                or raw.SQLITE_CANTOPEN
                or raw.SQLITE_CORRUPT
                or raw.SQLITE_NOTADB;

    /// <summary>A driver's exception as the callers of the store know it.</summary>
    internal static StoreException Translate(SqliteException e) =>
        e.SqliteErrorCode == raw.SQLITE_FULL ? StoreException.Full(e) : StoreException.Unavailable(e);

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// SQLite gives the files beside the database its mode when it makes them: made while the database was read-only,
    /// they must follow when it is writable again.
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
                // Another user's file, or gone meanwhile: opening tells what can be done with it.
            }
        }
    }

    private static void SwitchToWal(SqliteConnection connection)
    {
        // Two nodes that make one database at the same moment: switching to WAL needs the file alone and does not wait
        // by itself.
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
                // A file made read-only: the database is in WAL mode since it was made; reading goes on.
                return;
            }
        }
    }

    /// <summary>
    /// Compares the file's length with what the database says it has, with the write-ahead log emptied into it and the
    /// write lock held: a node that writes meanwhile must not look like a file cut short.
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
                    // A reader elsewhere keeps part of the database in the log.
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
                        + "idnode restore FILE --data DIR."
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
    /// Without the lock (a read-only file) nothing can be said of the file's length; a damaged one still shows when it
    /// is read.
    /// </summary>
    private static bool IsLockRefused(SqliteException e) => e.SqliteErrorCode is raw.SQLITE_READONLY or raw.SQLITE_BUSY;
}
