using System.CommandLine;
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
        return new Command(
            "restore",
            """
            Checks a backup whole and puts it in the place of the database, which is kept aside. No node may run on the
            directory, and the key file must be in place already.

            Example:
              idnode restore /backup/idnode-2026-11-22.db --data ./data
            """
        )
        {
            file,
            Settings.Data,
        }.Doing(
            (parsed, terminal, cancellationToken) =>
                RunAsync(parsed.GetRequiredValue(file), Settings.Read(parsed), terminal.Out, cancellationToken)
        );
    }

    private static async Task<int> RunAsync(
        string file,
        NodeOptions options,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        options.MustBeEmbedded(
            "Restore it with SQL Server's own means (RESTORE DATABASE, or the service's backups), and put the key "
                + "file in place."
        );
        using var directory = DataDirectory.Open(options.Data, create: true, alone: true);
        var secrets = KeyFile.LoadOrCreate(
            options.Secrets.KeyFile ?? Path.Combine(directory.Path, KeyFile.FileName),
            create: false
        );
        var aside = await StepProgress.RunAsync(progress =>
            SqliteRestore.RestoreAsync(
                file,
                directory.Database,
                secrets.Fingerprint,
                TimeProvider.System,
                progress,
                cancellationToken
            )
        );
        await output.WriteLineAsync($"{directory.Database} is restored from {file}.");
        if (aside is not null)
        {
            await output.WriteLineAsync(
                $"The database before is kept as {aside}; delete it when it is no longer needed."
            );
        }
        return 0;
    }
}
