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
    private const long MaxGap = 1_000_000_000_000;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The backup." };
        var gap = new Option<long?>("--gap")
        {
            Description =
                "At least as many numbers as any sequence may have given away since the backup. Needed only if the "
                + "database before is gone or cannot be read; 0 if nothing was registered since.",
            HelpName = "N",
        };
        gap.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() is < 0 or > MaxGap)
            {
                result.AddError($"--gap must be 0 to {MaxGap}.");
            }
        });
        return new Command(
            "restore",
            """
            Checks a backup whole and puts it in the place of the database, which is kept aside. No node may run on the
            directory, and the key file must be in place already.

            Identifiers that were given away since the backup are on labels, so none is given again: sequences go on
            where the database before stood. What was written since the backup is listed in a file of JSON lines, with
            its business keys, to be sent again.

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
                    parsed.GetValue(gap),
                    Settings.Read(parsed),
                    terminal.Out,
                    cancellationToken
                )
        );
    }

    private static async Task<int> RunAsync(
        string file,
        long? gap,
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
        var report = await StepProgress.RunAsync(progress =>
            SqliteRestore.RestoreAsync(
                file,
                directory.Database,
                secrets.Fingerprint,
                gap,
                TimeProvider.System,
                progress,
                cancellationToken
            )
        );
        await output.WriteLineAsync($"{directory.Database} is restored from {file}, up to entry {report.Head:N0}.");
        await SayAsync(report, output);
        return 0;
    }

    private static async Task SayAsync(RestoreReport report, TextWriter output)
    {
        if (report.Aside is not null)
        {
            await output.WriteLineAsync(
                $"The database before is kept as {report.Aside}; delete it when it is no longer needed."
            );
        }
        if (report.LostFile is not null)
        {
            await output.WriteLineAsync(
                $"{report.Lost:N0} later entries are not in it. {report.LostFile} lists them with their business keys: "
                    + "have the business systems send these items again."
            );
        }
        if (report.Kept.Count > 0)
        {
            await output.WriteLineAsync(
                "Items sent again by their business keys get the identifiers on their labels: "
                    + $"{report.Kept.Count:N0} are known."
            );
        }
        if (!report.Kept.AreAll)
        {
            await output.WriteLineAsync(
                "The database before cannot be read whole: items that it does not name any more get new identifiers, "
                    + "unless they are sent with their own."
            );
        }
        if (report.Fault is not null)
        {
            await output.WriteLineAsync($"What was written since the backup is not all listed: {report.Fault}.");
        }
    }
}
