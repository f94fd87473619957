using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Maintenance;

/// <summary>Backs up a database into one file while nodes write.</summary>
public static class SqliteBackup
{
    /// <summary>
    /// Writes the present state of the database to a file, first under the name <c>….partial</c>. Meanwhile the
    /// write-ahead log cannot be emptied, so it grows while nodes write. The key file is not part of the backup.
    /// </summary>
    /// <param name="databaseFile">The path of the database to back up.</param>
    /// <param name="targetFile">The path of the backup file to write.</param>
    /// <param name="progress">Receives the part done, from 0 to 1; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the backup; nothing is left behind.</param>
    /// <param name="overwrite">True to replace an existing file.</param>
    /// <exception cref="MaintenanceException">The backup failed; an existing file is unchanged.</exception>
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
            throw new MaintenanceException($"There is no database {databaseFile}.", $"数据库 {databaseFile} 不存在。");
        }
        if (target == Path.GetFullPath(databaseFile) || Directory.Exists(target))
        {
            throw new MaintenanceException(
                $"{target} cannot be the backup's file: name another.",
                $"{target} 不能作为备份文件，请换一个文件名。"
            );
        }
        if (File.Exists(target) && !overwrite)
        {
            throw new MaintenanceException(
                $"{target} exists already: name another file, or ask for it to be replaced.",
                $"{target} 已存在，请换一个文件名，或指定覆盖。"
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
                throw new MaintenanceException(
                    $"The backup to {target} failed: {e.Message}",
                    $"备份到 {target} 失败：{e.Message}",
                    e
                );
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
