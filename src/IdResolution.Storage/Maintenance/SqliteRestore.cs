using System.Globalization;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Maintenance;

/// <summary>Replaces a database, which no node has open, by a backup.</summary>
public static class SqliteRestore
{
    /// <summary>
    /// Copies the backup beside the database, runs all checks on the copy, and only then puts it in place. The former
    /// database is kept. The restored one goes on with the next log, beyond the numbers that were given away since the
    /// backup; where these are not known, it takes no writes. The caller must hold the data directory exclusively.
    /// </summary>
    /// <param name="backupFile">The path of the backup.</param>
    /// <param name="databaseFile">The path of the database to replace or create.</param>
    /// <param name="keyFingerprint">The fingerprint of the node's key file. The backup must have the same.</param>
    /// <param name="options">What the operator knows of the time since the backup.</param>
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
        RestoreOptions options,
        TimeProvider time,
        IProgress<(string Step, double Done)>? progress,
        CancellationToken cancellationToken
    ) =>
        Task.Run(
            () =>
                RunAsync(
                    Path.GetFullPath(backupFile),
                    Path.GetFullPath(databaseFile),
                    keyFingerprint,
                    options,
                    time,
                    progress,
                    cancellationToken
                ),
            cancellationToken
        );

    private static async Task<RestoreReport> RunAsync(
        string backupFile,
        string databaseFile,
        string keyFingerprint,
        RestoreOptions options,
        TimeProvider time,
        IProgress<(string Step, double Done)>? progress,
        CancellationToken cancellationToken
    )
    {
        CheckNames(backupFile, databaseFile);
        var copy = $"{databaseFile}.restore-{Guid.NewGuid():N}";
        try
        {
            CheckFits(backupFile, keyFingerprint, time);
            SqliteFile.Copy(backupFile, copy, progress is null ? null : new Copying(progress), cancellationToken);
            Migrate(copy, time);
            CheckWhole(copy, backupFile, progress, cancellationToken);
            var report = await BeginLogAsync(copy, databaseFile, options, time, cancellationToken);
            report = report with { Identifiers = LostIdentifiers.Keep(databaseFile, copy) };
            SqliteFile.MakeOneFile(copy);
            cancellationToken.ThrowIfCancellationRequested();
            report = report with { Aside = Swap(copy, databaseFile, time, progress) };
            return report is { Aside: { } aside, Log: not null } && File.Exists(aside)
                ? LostEntries.List(aside, report)
                : report;
        }
        catch (Exception e)
            when (e is SqliteException or IOException or UnauthorizedAccessException or DatabaseUnusableException)
        {
            throw new MaintenanceException(
                $"{backupFile} was not restored: {e.Message}",
                $"{backupFile} 未恢复：{(e is ExplainedException explained ? explained.Text.Zh : e.Message)}",
                e
            );
        }
        finally
        {
            SqliteFile.Delete(copy);
        }
    }

    private static void CheckNames(string backupFile, string databaseFile)
    {
        if (!File.Exists(backupFile))
        {
            throw new MaintenanceException($"There is no backup {backupFile}.", $"备份文件 {backupFile} 不存在。");
        }
        if (backupFile == databaseFile)
        {
            throw new MaintenanceException($"{backupFile} is the database itself.", $"{backupFile} 就是数据库本身。");
        }
    }

    /// <summary>Checks what can be known before the file is copied, without reading all of it.</summary>
    private static void CheckFits(string backupFile, string keyFingerprint, TimeProvider time)
    {
        using var connection = SqliteFile.OpenReadOnly(backupFile);
        if (!new SqliteMigrator(connection, time).IsMigrated(out var version) && version == 0)
        {
            throw new MaintenanceException(
                $"{backupFile} is not a database of a node.",
                $"{backupFile} 不是节点的数据库。"
            );
        }
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM settings WHERE name = @name";
        command.Parameters.AddWithValue("@name", NodeStore.KeyFingerprintSetting);
        if (command.ExecuteScalar() as string != keyFingerprint)
        {
            throw new MaintenanceException(
                $"{backupFile} was made with another key file. Put that one in place first: a backup does not hold it.",
                $"{backupFile} 是用另一密钥文件建立的。请先放入该密钥文件：备份不含密钥文件。"
            );
        }
    }

    private static void CheckWhole(
        string copy,
        string backupFile,
        IProgress<(string Step, double Done)>? progress,
        CancellationToken cancellationToken
    )
    {
        var findings = Doctor.Run(copy, progress, cancellationToken);
        var faults = findings
            .Where(f => !f.Ok && !f.IsDerived)
            .Select(f => new Text($"{f.Check}: {f.Detail.En}", $"{f.Check}：{f.Detail.Zh}"))
            .ToList();
        if (faults.Count > 0)
        {
            var all = Text.Join("; ", "；", faults);
            throw new MaintenanceException(
                $"{backupFile} is damaged: {all.En}. Nothing was restored.",
                $"{backupFile} 已损坏：{all.Zh}。未恢复任何内容。"
            );
        }
        BeginAnew(copy, [.. findings.Where(f => !f.Ok).Select(f => f.Check)]);
    }

    /// <summary>
    /// Has the readers of the log make anew what they make of it: their names are those of the tables.
    /// </summary>
    private static void BeginAnew(string copy, IReadOnlyList<string> readers)
    {
        if (readers.Count == 0)
        {
            return;
        }
        using var connection = FormerDatabase.Open(copy);
        foreach (var reader in readers)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"""
                BEGIN;
                DELETE FROM [{reader}];
                DELETE FROM log_readers WHERE name = @reader;
                DELETE FROM dead_letters WHERE reader = @reader;
                COMMIT;
                """;
            command.Parameters.AddWithValue("@reader", reader);
            command.ExecuteNonQuery();
        }
    }

    private static void Migrate(string copy, TimeProvider time)
    {
        using var connection = FormerDatabase.Open(copy);
        new SqliteMigrator(connection, time).Migrate();
    }

    /// <summary>
    /// Begins the next log in the copy, beyond all numbers that may have been given away since the backup. Where it is
    /// not known which these are, the copy is marked: it takes no writes.
    /// </summary>
    private static async Task<RestoreReport> BeginLogAsync(
        string copy,
        string databaseFile,
        RestoreOptions options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var former = FormerDatabase.TryRead(databaseFile, options.Known, out var fault);
        RestoreReport report;
        using (var store = SqliteStore.Open(SqliteDatabase.Open(copy, time)))
        {
            report = new RestoreReport { Head = await store.Log.HeadAsync(cancellationToken), Pending = fault };
            if (former is null && options.Gap is null)
            {
                await MarkAsync(store, time, cancellationToken);
            }
            else
            {
                report = await LogRestart.BeginAsync(
                    store,
                    former,
                    options,
                    report with
                    {
                        Pending = null,
                    },
                    time,
                    cancellationToken
                );
            }
        }
        return report;
    }

    private static async Task MarkAsync(NodeStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        using var catalog = new CatalogHolder(store.Documents, time);
        await catalog.ReloadAsync(0, cancellationToken);
        await store.Engine.WriteAsync(
            "mark restored",
            async session =>
            {
                var number = catalog.Current.Log?.Name.Number ?? 0;
                var parameters = new { name = LogRestart.PendingSetting, value = $"{number}" };
                return await session.ExecuteAsync(Statements.ChangeSetting, parameters) > 0
                    || await session.ExecuteAsync(Statements.AddSetting, parameters) > 0;
            },
            cancellationToken
        );
    }

    private static void KeepMode(string databaseFile, string copy)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(copy, File.GetUnixFileMode(databaseFile));
        }
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
            if (existed)
            {
                KeepMode(databaseFile, copy);
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
        // The file that came has another mark.
        File.Delete(databaseFile + FileMark.Suffix);
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
