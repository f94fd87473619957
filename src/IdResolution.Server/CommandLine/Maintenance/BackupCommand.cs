using System.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine.Maintenance;

/// <summary>
/// <c>idnode backup FILE --data DIR [--force]</c>: writes one file with everything but the key file, while nodes run.
/// </summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The backup to write." };
        var force = new Option<bool>("--force") { Description = "Replace FILE where it exists." };
        return new Command(
            "backup",
            """
            Backs the database up into one file, while nodes run. The key file is not in it.

            Example:
              idnode backup /backup/idnode-2026-11-22.db --data ./data
            """
        )
        {
            file,
            Settings.Data,
            force,
        }.Doing(
            (parsed, terminal, cancellationToken) =>
                RunAsync(
                    parsed.GetRequiredValue(file),
                    Settings.Read(parsed),
                    parsed.GetValue(force),
                    terminal,
                    cancellationToken
                )
        );
    }

    private static async Task<int> RunAsync(
        string file,
        NodeOptions options,
        bool force,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        options.MustBeEmbedded(
            "Back it up with SQL Server's own means (BACKUP DATABASE, or the service's backups), and keep a copy "
                + "of the key file.",
            "请用 SQL Server 自身的方式备份（BACKUP DATABASE 或服务商的备份），并另存密钥文件。"
        );
        using var directory = DataDirectory.Open(options.Data, create: false);
        if (File.Exists(file) && !force)
        {
            throw new OperatorException(
                $"{file} exists already. Name another file, or replace it with --force.",
                $"{file} 已存在。请换一个文件名，或用 --force 覆盖。"
            );
        }
        await StepProgress.RunAsync(async progress =>
        {
            await SqliteBackup.BackupAsync(directory.Database, file, progress.Of("backup"), cancellationToken, force);
            return true;
        });
        await StoreAudit.NoteAsync(DataDirectory.StoreIn(options), options.OsUser, "backup", Path.GetFullPath(file));
        var (path, bytes) = (Path.GetFullPath(file), new FileInfo(file).Length);
        terminal.Say($"{path}: {bytes:N0} bytes", $"{path}：{bytes:N0} 字节");
        var key = Path.Combine(directory.Path, KeyFile.FileName);
        terminal.Say(
            $"The key file is not in it. Keep a copy of {key} (or of "
                + "Secrets:KeyFile) in another safe place: without it the backup cannot be restored.",
            $"备份不含密钥文件。请将 {key}（或 Secrets:KeyFile）另存于其他安全的地方：没有它，备份无法恢复。"
        );
        return ExitCode.Done;
    }
}
