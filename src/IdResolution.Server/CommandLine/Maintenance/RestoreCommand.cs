using System.CommandLine;
using IdResolution.Server.Caching;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine.Maintenance;

/// <summary>
/// <c>idnode restore FILE --data DIR</c>: checks a whole backup, then puts it in the place of the database.
/// </summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The backup." };
        var gap = RestartedLog.Gap();
        return new Command(
            "restore",
            """
            Checks a backup whole and puts it in the place of the database, which is kept aside. No node may run on the
            directory, and the key file must be in place already.

            Identifiers that were given away since the backup are on labels, so none is given again: sequences go on
            where the database before stood. What was written since the backup is listed in a file of JSON lines, with
            its business keys, to be sent again. The store goes on with a new log, so that those who followed the one
            before notice. Where the database before is gone or cannot be read, and --gap is not given, the restored one
            can be read, but takes no writes before: idnode log restart.

            Examples:
              idnode restore /backup/idnode-2026-11-22.db --data ./data
              idnode restore /backup/idnode-2026-11-22.db --data ./data --gap 5000   # the database before is gone
            """
        )
        {
            file,
            gap,
            Settings.Data,
        }.Doing(
            (parsed, terminal, cancellationToken) =>
                RunAsync(
                    parsed.GetRequiredValue(file),
                    RestartedLog.GapOf(parsed, gap),
                    Settings.Read(parsed),
                    terminal,
                    cancellationToken
                )
        );
    }

    private static async Task<int> RunAsync(
        string file,
        long? gap,
        NodeOptions options,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        options.MustBeEmbedded(
            "Restore it with SQL Server's own means (RESTORE DATABASE, or the service's backups), and put the key "
                + "file in place.",
            "请用 SQL Server 自身的方式恢复（RESTORE DATABASE 或服务商的备份），并放入密钥文件。"
        );
        using var directory = DataDirectory.Open(options.Data, create: true, alone: true);
        RestoreReport report;
        try
        {
            report = await RestoreAsync(file, gap, options, directory, cancellationToken);
        }
        catch
        {
            directory.GiveUp();
            throw;
        }
        await StoreAudit.NoteAsync(
            DataDirectory.StoreIn(options),
            options.OsUser,
            "restore",
            Path.GetFullPath(file),
            report.Head
        );
        terminal.Say(
            $"{directory.Database} is restored from {file}, up to entry {report.Head:N0}.",
            $"{directory.Database} 已由 {file} 恢复，至条目 {report.Head:N0}。"
        );
        RestartedLog.Say(report, terminal);
        return ExitCode.Done;
    }

    private static async Task<RestoreReport> RestoreAsync(
        string file,
        long? gap,
        NodeOptions options,
        DataDirectory directory,
        CancellationToken cancellationToken
    )
    {
        var ring = KeyFile.LoadOrCreate(KeyFile.PathOf(options), create: false);
        // Nodes of before may have told Redis more than this directory knows: on a new machine, all there is.
        var known = LogHeadFile.Read(directory);
        var told = await RedisHead.ReadAsync(options.Redis, ring.Fingerprint, cancellationToken);
        var restoring = new RestoreOptions
        {
            Gap = gap,
            Known = told?.IsAfter(known) == true ? told : known,
            PublicUrl = options.PublicUrl,
        };
        return await StepProgress.RunAsync(progress =>
            SqliteRestore.RestoreAsync(
                file,
                directory.Database,
                ring.Fingerprint,
                restoring,
                TimeProvider.System,
                progress,
                cancellationToken
            )
        );
    }
}
