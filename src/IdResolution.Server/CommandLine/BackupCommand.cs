using System.CommandLine;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine;

/// <summary><c>idnode backup FILE --data DIR [--force]</c>: one file with everything but the key file, while the node runs.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The backup to write." };
        var data = new Option<string>("--data") { Description = "The data directory.", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace FILE where it exists." };
        var command = new Command("backup", "Back the database up into one file, while nodes run.") { file, data, force };
        command.SetAction((result, cancellationToken) =>
            RunAsync(result.GetRequiredValue(file), result.GetRequiredValue(data), result.GetValue(force), result.InvocationConfiguration.Output, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, string data, bool force, TextWriter output, CancellationToken cancellationToken)
    {
        using var directory = DataDirectory.Open(data, create: false);
        if (File.Exists(file) && !force)
        {
            throw new OperatorException($"{file} exists already. Name another file, or replace it with --force.");
        }
        try
        {
            await StepProgress.RunAsync(async progress =>
            {
                await SqliteBackup.BackupAsync(directory.Database, file, progress.Of("backup"), cancellationToken, force);
                return true;
            });
        }
        catch (MaintenanceException e)
        {
            throw new OperatorException(e.Message);
        }
        await output.WriteLineAsync($"{Path.GetFullPath(file)}: {new FileInfo(file).Length:N0} bytes");
        await output.WriteLineAsync($"The key file is not in it. Keep a copy of {Path.Combine(directory.Path, KeyFile.FileName)} (or of Secrets:KeyFile) in another safe place: without it the backup cannot be restored.");
        return 0;
    }
}
