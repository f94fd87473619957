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
                    terminal.Out,
                    cancellationToken
                )
        );
    }

    private static async Task<int> RunAsync(
        string file,
        NodeOptions options,
        bool force,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        options.MustBeEmbedded(
            "Back it up with SQL Server's own means (BACKUP DATABASE, or the service's backups), and keep a copy "
                + "of the key file."
        );
        using var directory = DataDirectory.Open(options.Data, create: false);
        if (File.Exists(file) && !force)
        {
            throw new OperatorException($"{file} exists already. Name another file, or replace it with --force.");
        }
        await StepProgress.RunAsync(async progress =>
        {
            await SqliteBackup.BackupAsync(directory.Database, file, progress.Of("backup"), cancellationToken, force);
            return true;
        });
        await StoreAudit.NoteAsync(DataDirectory.StoreIn(options), options.OsUser, "backup", Path.GetFullPath(file));
        await output.WriteLineAsync($"{Path.GetFullPath(file)}: {new FileInfo(file).Length:N0} bytes");
        await output.WriteLineAsync(
            $"The key file is not in it. Keep a copy of {Path.Combine(directory.Path, KeyFile.FileName)} (or of "
                + "Secrets:KeyFile) in another safe place: without it the backup cannot be restored."
        );
        return 0;
    }
}
