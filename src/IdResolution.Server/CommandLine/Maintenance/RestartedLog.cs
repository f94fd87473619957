using System.CommandLine;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine.Maintenance;

/// <summary>What <c>restore</c> and <c>log restart</c> share: the option <c>--gap</c>, and what they say.</summary>
internal static class RestartedLog
{
    private const long MaxGap = 1_000_000_000_000;

    public static Option<long?> Gap()
    {
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
        return gap;
    }

    public static async Task SayAsync(RestoreReport report, TextWriter output)
    {
        if (report.Log is { } log)
        {
            await output.WriteLineAsync(
                $"It goes on with the log {log.Name}, which shares its first {log.Kept:N0} entries with the log "
                    + "before. Systems that follow the log, and have read further, are told to go on from there."
            );
        }
        if (report.Gap > 0)
        {
            await output.WriteLineAsync($"Object numbers and all sequences skip {report.Gap:N0} numbers.");
        }
        if (report.Raised > 0)
        {
            await output.WriteLineAsync(
                $"{report.Raised:N0} sequences go on where the database before stood, and so do object numbers."
            );
        }
        if (report.Pending is not null)
        {
            await output.WriteLineAsync(
                $"It can be read, but takes no writes yet: it is not known which numbers were given away after the "
                    + $"backup ({report.Pending}). Run: idnode log restart --aside FILE, the database before; or "
                    + "--gap N: at least as many numbers as any sequence may have given away since then."
            );
        }
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
        if (report.Identifiers is { Count: > 0 and var count })
        {
            await output.WriteLineAsync(
                $"Items sent again by their business keys get the identifiers on their labels: {count:N0} are known."
            );
        }
        if (report.Identifiers is { AreAll: false })
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
