using IdResolution.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Maintenance;

/// <summary>
/// Handles database files for maintenance: opens them only for reading, and copies or deletes them with their side
/// files.
/// </summary>
internal static class SqliteFile
{
    /// <summary>The suffixes of the files that SQLite keeps beside a database.</summary>
    public static readonly string[] SideFiles = ["-wal", "-shm", "-journal"];

    private const int PagesAtOnce = 1_024;

    /// <summary>Opens a connection that can neither write nor checkpoint when it is closed.</summary>
    public static SqliteConnection OpenReadOnly(string file)
    {
        var connection = Open(file, SqliteOpenMode.ReadOnly);
        SqliteDatabase.Execute(connection, "PRAGMA query_only = 1; PRAGMA cache_size = -65536");
        return connection;
    }

    /// <summary>
    /// Opens a database only for reading, and makes no file beside it. Without a write-ahead log nobody has it open: it
    /// is read as a file that does not change.
    /// </summary>
    public static SqliteConnection OpenUntouched(string file) =>
        File.Exists(file + "-wal")
            ? OpenReadOnly(file)
            : OpenReadOnly(new Uri(Path.GetFullPath(file)).AbsoluteUri + "?immutable=1");

    /// <summary>
    /// Copies a database into one plain file and flushes it to disk. Others may write to the database meanwhile. The
    /// copy has the state at the time of the call: a read transaction keeps later commits out, which would make the
    /// copying start again.
    /// </summary>
    public static void Copy(
        string source,
        string target,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        Delete(target);
        // SQLite itself would make the file where a link points to that somebody put there meanwhile.
        VerbFile.Create(target).Dispose();
        using (var from = OpenReadOnly(source))
        using (var to = Open(target, SqliteOpenMode.ReadWrite))
        {
            SqliteDatabase.Execute(from, "BEGIN; SELECT COUNT(*) FROM sqlite_master");
            SqliteDatabase.Execute(to, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
            CopyPages(from.Handle!, to.Handle!, progress, cancellationToken);
        }
        // The pages say that the database has a write-ahead log.
        MakeOneFile(target);
    }

    /// <summary>
    /// Copies the write-ahead log of a database into the database, and flushes it to disk: a file that is moved
    /// elsewhere must be complete without one, and is told from the one that was copied. Nobody else may have it open.
    /// </summary>
    public static void MakeOneFile(string file)
    {
        using (var connection = Open(file, SqliteOpenMode.ReadWrite))
        {
            SqliteDatabase.Execute(connection, "PRAGMA synchronous = OFF; PRAGMA journal_mode = DELETE");
            FileMark.Renew(connection);
        }
        DurableFile.Flush(file);
    }

    /// <summary>Deletes the write-ahead log of a database that nobody has open, if nothing is in it.</summary>
    public static void DeleteEmptyLog(string file)
    {
        var log = new FileInfo(file + "-wal");
        if (log is { Exists: true, Length: 0 })
        {
            log.Delete();
            File.Delete(file + "-shm");
        }
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

    /// <summary>Deletes a database file and its side files.</summary>
    public static void Delete(string file)
    {
        File.Delete(file);
        File.Delete(file + FileMark.Suffix);
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
