using System.Globalization;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Maintenance;

/// <summary>Replaces a database, which no node has open, by a backup.</summary>
public static class SqliteRestore
{
    /// <summary>
    /// Copies the backup beside the database, runs all checks on the copy, and only then puts it in place. The former
    /// database is kept. Object numbers and sequences go on beyond those that it gave away. The caller must hold the
    /// data directory exclusively.
    /// </summary>
    /// <param name="backupFile">The path of the backup.</param>
    /// <param name="databaseFile">The path of the database to replace or create.</param>
    /// <param name="keyFingerprint">The fingerprint of the node's key file. The backup must have the same.</param>
    /// <param name="gap">
    /// At least as many numbers as any sequence gave away since the backup, 0 and up. Null if the former database says
    /// it.
    /// </param>
    /// <param name="time">The clock for the new name of the former database.</param>
    /// <param name="progress">Receives the step and the part of it done, from 0 to 1; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the restore, until the database is replaced.</param>
    /// <exception cref="MaintenanceException">
    /// The backup cannot be used or put in place; the former database is still there.
    /// </exception>
    public static Task<RestoreReport> RestoreAsync(
        string backupFile,
        string databaseFile,
        string keyFingerprint,
        long? gap,
        TimeProvider time,
        IProgress<(string Step, double Done)>? progress,
        CancellationToken cancellationToken
    ) =>
        Task.Run(
            () =>
                Restore(
                    Path.GetFullPath(backupFile),
                    Path.GetFullPath(databaseFile),
                    keyFingerprint,
                    gap,
                    time,
                    progress,
                    cancellationToken
                ),
            cancellationToken
        );

    private static RestoreReport Restore(
        string backupFile,
        string databaseFile,
        string keyFingerprint,
        long? gap,
        TimeProvider time,
        IProgress<(string Step, double Done)>? progress,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(backupFile))
        {
            throw new MaintenanceException($"There is no backup {backupFile}.");
        }
        if (backupFile == databaseFile)
        {
            throw new MaintenanceException($"{backupFile} is the database itself.");
        }
        var copy = $"{databaseFile}.restore-{Guid.NewGuid():N}";
        try
        {
            CheckFits(backupFile, keyFingerprint, time);
            SqliteFile.Copy(backupFile, copy, progress is null ? null : new Copying(progress), cancellationToken);
            Migrate(copy, time);
            var faults = Doctor
                .Run(copy, progress, cancellationToken)
                .Where(f => !f.Ok)
                .Select(f => $"{f.Check}: {f.Detail}")
                .ToList();
            if (faults.Count > 0)
            {
                throw new MaintenanceException(
                    $"{backupFile} is damaged: {string.Join("; ", faults)}. Nothing was restored."
                );
            }
            var head = GoBeyond(copy, databaseFile, gap, time);
            var kept = LostIdentifiers.Keep(databaseFile, copy);
            cancellationToken.ThrowIfCancellationRequested();
            var aside = Swap(copy, databaseFile, time, progress);
            var report = new RestoreReport
            {
                Aside = aside,
                Head = head,
                Kept = kept,
            };
            return aside is not null && File.Exists(aside) ? LostEntries.List(aside, databaseFile, report) : report;
        }
        catch (Exception e)
            when (e is SqliteException or IOException or UnauthorizedAccessException or DatabaseUnusableException)
        {
            throw new MaintenanceException($"{backupFile} was not restored: {e.Message}", e);
        }
        finally
        {
            SqliteFile.Delete(copy);
        }
    }

    /// <summary>Checks what can be known before the file is copied, without reading all of it.</summary>
    private static void CheckFits(string backupFile, string keyFingerprint, TimeProvider time)
    {
        using var connection = SqliteFile.OpenReadOnly(backupFile);
        if (!new SqliteMigrator(connection, time).IsMigrated(out var version) && version == 0)
        {
            throw new MaintenanceException($"{backupFile} is not a database of a node.");
        }
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM settings WHERE name = @name";
        command.Parameters.AddWithValue("@name", NodeStore.KeyFingerprintSetting);
        if (command.ExecuteScalar() as string != keyFingerprint)
        {
            throw new MaintenanceException(
                $"{backupFile} was made with another key file. Put that one in place first: a backup does not hold it."
            );
        }
    }

    private static void Migrate(string copy, TimeProvider time)
    {
        using var connection = FormerDatabase.Open(copy);
        new SqliteMigrator(connection, time).Migrate();
    }

    /// <summary>
    /// Lets the copy go on beyond all numbers that may have been given away since the backup. Returns the last entry of
    /// its log.
    /// </summary>
    private static long GoBeyond(string copy, string databaseFile, long? gap, TimeProvider time)
    {
        var former = FormerDatabase.TryRead(databaseFile, out var fault);
        if (former is null && gap is null)
        {
            throw new MaintenanceException(
                $"Nothing was restored, since it is not known which numbers were given away after the backup: {fault}. "
                    + "Say --gap N: at least as many numbers as any sequence may have given away since then, or 0 if "
                    + "nothing was registered."
            );
        }
        using var connection = FormerDatabase.Open(copy);
        using var transaction = connection.BeginTransaction();
        former?.Raise(connection);
        if (gap > 0)
        {
            SequenceGap.Open(connection, gap.Value, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        }
        using var head = connection.CreateCommand();
        head.CommandText = "SELECT value FROM counters WHERE name = 'log'";
        var last = (long)head.ExecuteScalar()!;
        transaction.Commit();
        return last;
    }

    private static string? Swap(
        string copy,
        string databaseFile,
        TimeProvider time,
        IProgress<(string Step, double Done)>? progress
    )
    {
        var aside = AsideName(databaseFile, time);
        var moved = new List<string>();
        var existed = File.Exists(databaseFile);
        try
        {
            if (existed && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(copy, File.GetUnixFileMode(databaseFile));
            }
            if (existed)
            {
                EmptyLog(databaseFile);
            }
            // If a log remained beside the name, it would be replayed into the restored database. There is one only if
            // the database is damaged or missing.
            foreach (var side in SqliteFile.SideFiles.Where(s => File.Exists(databaseFile + s)))
            {
                File.Move(databaseFile + side, aside + side);
                moved.Add(side);
            }
            // If the old database has a second name, the rename replaces it at once, and there is no moment without a
            // database.
            if (existed && !DurableFile.TryLink(databaseFile, aside))
            {
                File.Move(databaseFile, aside);
            }
            DurableFile.FlushDirectoryOf(databaseFile);
            progress?.Report(("swap", 1));
            File.Move(copy, databaseFile, overwrite: true);
        }
        catch
        {
            PutBack(databaseFile, aside, moved, existed);
            throw;
        }
        DurableFile.FlushDirectoryOf(databaseFile);
        return existed || moved.Count > 0 ? aside : null;
    }

    private static void PutBack(string databaseFile, string aside, List<string> moved, bool existed)
    {
        if (existed && File.Exists(aside))
        {
            // The old database has either both names or only the other one.
            if (File.Exists(databaseFile))
            {
                File.Delete(aside);
            }
            else
            {
                File.Move(aside, databaseFile);
            }
        }
        foreach (var side in moved)
        {
            File.Move(aside + side, databaseFile + side);
        }
        DurableFile.FlushDirectoryOf(databaseFile);
    }

    /// <summary>
    /// Copies the write-ahead log into the database, so that it is one file. A damaged database is kept with its log.
    /// </summary>
    private static void EmptyLog(string databaseFile)
    {
        try
        {
            using var connection = FormerDatabase.Open(databaseFile);
            SqliteDatabase.Execute(connection, "SELECT COUNT(*) FROM sqlite_master; PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // The database may be damaged, which is a reason to restore.
            return;
        }
        SqliteFile.DeleteEmptyLog(databaseFile);
    }

    private static string AsideName(string databaseFile, TimeProvider time)
    {
        var name =
            $"{databaseFile}.before-restore-"
            + $"{time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        var free = name;
        for (var i = 2; File.Exists(free) || SqliteFile.SideFiles.Any(s => File.Exists(free + s)); i++)
        {
            free = $"{name}-{i}";
        }
        return free;
    }

    private sealed class Copying(IProgress<(string Step, double Done)> progress) : IProgress<double>
    {
        public void Report(double value) => progress.Report(("copy", value));
    }
}
