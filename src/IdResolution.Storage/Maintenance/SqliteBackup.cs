using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Maintenance;

/// <summary>Backs a database up into one file while nodes write.</summary>
public static class SqliteBackup
{
    /// <summary>
    /// Writes the database as it is now to a file, first under the name <c>….partial</c>. While it runs, the
    /// write-ahead log cannot be emptied and grows with what nodes write. The key file is no part of it.
    /// </summary>
    /// <param name="databaseFile">The database.</param>
    /// <param name="targetFile">The backup.</param>
    /// <param name="progress">Is told the part done, 0 to 1.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    /// <param name="overwrite">Replace a file there is.</param>
    /// <exception cref="MaintenanceException">It cannot be done; a file there was is still there.</exception>
    public static Task BackupAsync(
        string databaseFile,
        string targetFile,
        IProgress<double>? progress,
        CancellationToken cancellationToken,
        bool overwrite = false
    )
    {
        var target = Path.GetFullPath(targetFile);
        if (!File.Exists(databaseFile))
        {
            throw new MaintenanceException($"There is no database {databaseFile}.");
        }
        if (target == Path.GetFullPath(databaseFile) || Directory.Exists(target))
        {
            throw new MaintenanceException($"{target} cannot be the backup's file: name another.");
        }
        if (File.Exists(target) && !overwrite)
        {
            throw new MaintenanceException(
                $"{target} exists already: name another file, or ask for it to be replaced."
            );
        }
        return Task.Run(() => Backup(databaseFile, target, progress, overwrite, cancellationToken), cancellationToken);
    }

    private static void Backup(
        string databaseFile,
        string target,
        IProgress<double>? progress,
        bool overwrite,
        CancellationToken cancellationToken
    )
    {
        var partial = target + ".partial";
        try
        {
            SqliteFile.Copy(databaseFile, partial, progress, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            File.Move(partial, target, overwrite);
            DurableFile.FlushDirectoryOf(target);
        }
        catch (Exception e)
        {
            Discard(partial);
            if (e is SqliteException or IOException or UnauthorizedAccessException)
            {
                throw new MaintenanceException($"The backup to {target} failed: {e.Message}", e);
            }
            throw;
        }
    }

    private static void Discard(string partial)
    {
        try
        {
            SqliteFile.Delete(partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The fault that led here is the one to report.
        }
    }
}
