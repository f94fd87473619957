using System.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine.Maintenance;

/// <summary>
/// <c>idnode doctor --data DIR</c>: examines the database, also while nodes run. The exit code is 0 if nothing is
/// wrong, else 1.
/// </summary>
internal static class DoctorCommand
{
    public static Command Create() =>
        new Command(
            "doctor",
            """
            Examines the database: log, counters, indexes, and of the embedded store the file. Changes nothing, and
            may run while nodes do. Exit code 0 where all is well, else 1.

            Example:
              idnode doctor --data ./data
            """
        )
        {
            Settings.Data,
        }.Doing(
            (parsed, terminal, cancellationToken) => RunAsync(Settings.Read(parsed), terminal.Out, cancellationToken)
        );

    private static async Task<int> RunAsync(NodeOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        using var directory = DataDirectory.Open(options.Data, create: false);
        var settings = DataDirectory.StoreIn(options);
        var findings = await StepProgress.RunAsync(progress =>
            Task.Run(() => Doctor.Run(settings, progress, cancellationToken), cancellationToken)
        );
        var width = findings.Max(f => f.Check.Length);
        foreach (var finding in findings)
        {
            await output.WriteLineAsync(
                $"{finding.Check.PadRight(width)}  {(finding.Ok ? "ok    " : "FAILED")}  {finding.Detail}"
            );
        }
        if (findings.All(f => f.Ok))
        {
            return 0;
        }
        if (findings.Min(f => f.FirstEntry) is { } first)
        {
            await output.WriteLineAsync($"first altered entry: {first}");
        }
        await output.WriteLineAsync(
            settings.IsSqlServer
                ? "The database is damaged, if no node wrote meanwhile. Have an administrator keep a copy of it, and "
                    + "restore a backup."
                : "The database is damaged. Keep a copy of it, then restore a backup: idnode restore FILE --data "
                    + $"{options.Data}"
        );
        return 1;
    }
}
