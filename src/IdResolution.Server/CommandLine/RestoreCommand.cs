using System.CommandLine;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine;

/// <summary><c>idnode restore FILE --data DIR</c>: checks a backup whole, then puts it in the place of the database.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The backup." };
        var data = new Option<string>("--data") { Description = "The data directory, which no node may have open.", Required = true };
        var command = new Command("restore", "Check a backup and put it in the place of the database. The key file must be in place already.") { file, data };
        command.SetAction((result, cancellationToken) =>
            RunAsync(result.GetRequiredValue(file), result.GetRequiredValue(data), result.InvocationConfiguration.Output, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, string data, TextWriter output, CancellationToken cancellationToken)
    {
        using var directory = DataDirectory.Open(data, create: true, alone: true);
        var secrets = KeyFile.LoadOrCreate(ConfiguredKeyFile() ?? Path.Combine(directory.Path, KeyFile.FileName), create: false);
        string? aside;
        try
        {
            aside = await StepProgress.RunAsync(progress =>
                SqliteRestore.RestoreAsync(file, directory.Database, secrets.Fingerprint, TimeProvider.System, progress, cancellationToken));
        }
        catch (MaintenanceException e)
        {
            throw new OperatorException(e.Message);
        }
        await output.WriteLineAsync($"{directory.Database} is restored from {file}.");
        if (aside is not null)
        {
            await output.WriteLineAsync($"The database before is kept as {aside}; delete it when it is no longer needed.");
        }
        return 0;
    }

    private static string? ConfiguredKeyFile() =>
        new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables("IDR__")
            .Build()["Secrets:KeyFile"];
}
