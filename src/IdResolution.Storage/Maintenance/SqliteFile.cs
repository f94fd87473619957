using IdResolution.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Maintenance;

/// <summary>
/// Database files as maintenance handles them: opened for reading alone, copied whole, told apart from their side
/// files.
/// </summary>
internal static class SqliteFile
{
    /// <summary>What SQLite keeps beside a database file.</summary>
    public static readonly string[] SideFiles = ["-wal", "-shm", "-journal"];

    private const int PagesAtOnce = 1_024;

    /// <summary>A connection that cannot write, nor checkpoint when it closes.</summary>
    public static SqliteConnection OpenReadOnly(string file)
    {
        var connection = Open(file, SqliteOpenMode.ReadOnly);
        SqliteDatabase.Execute(connection, "PRAGMA query_only = 1; PRAGMA cache_size = -65536");
        return connection;
    }

    /// <summary>
    /// Copies a database, which others may be writing to, into one plain file, flushed to disk. The copy is the state
    /// at the moment of the call: a read transaction held all along keeps later commits out, which would otherwise make
    /// the copying begin anew.
    /// </summary>
    public static void Copy(
        string source,
        string target,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        Delete(target);
        using (var from = OpenReadOnly(source))
        using (var to = Open(target, SqliteOpenMode.ReadWriteCreate))
        {
            SqliteDatabase.Execute(from, "BEGIN; SELECT COUNT(*) FROM sqlite_master");
            SqliteDatabase.Execute(to, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
            CopyPages(from.Handle!, to.Handle!, progress, cancellationToken);
        }
        using (var copy = Open(target, SqliteOpenMode.ReadWrite))
        {
            // The pages say that the database has a write-ahead log; a file that is carried about must be whole by
            // itself.
            SqliteDatabase.Execute(copy, "PRAGMA synchronous = OFF; PRAGMA journal_mode = DELETE");
        }
        DurableFile.Flush(target);
    }

    private static void CopyPages(
        sqlite3 from,
        sqlite3 to,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        using var backup = raw.sqlite3_backup_init(to, "main", from, "main");
        if (backup.IsInvalid)
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_errcode(to), to);
        }
        int code;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            code = raw.sqlite3_backup_step(backup, PagesAtOnce);
            if (code is not (raw.SQLITE_OK or raw.SQLITE_DONE))
            {
                SqliteException.ThrowExceptionForRC(code, to);
            }
            var pages = Math.Max(1, raw.sqlite3_backup_pagecount(backup));
            progress?.Report(1 - ((double)raw.sqlite3_backup_remaining(backup) / pages));
        } while (code != raw.SQLITE_DONE);
    }

    /// <summary>Deletes a database file and what is beside it.</summary>
    public static void Delete(string file)
    {
        File.Delete(file);
        foreach (var side in SideFiles)
        {
            File.Delete(file + side);
        }
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Mode = mode,
                Pooling = false,
            }.ToString()
        );
        try
        {
            connection.Open();
            connection.DefaultTimeout = 1;
            SqliteDatabase.Execute(connection, "PRAGMA busy_timeout = 5000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
