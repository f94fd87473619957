using System.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine.Maintenance;

/// <summary><c>migrate [--script]</c>: brings the database to this node's schema, or prints how to.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var script = new Option<bool>("--script")
        {
            Description =
                "Change nothing: print what the SQL Server database lacks as a script for an administrator; the "
                + "whole schema where Store:SqlServer is not set.",
        };
        return new Command(
            "migrate",
            """
            Brings the database to this node's schema. Every start does that by itself: the verb is for doing it at
            another time, or under another login. Where the node's login may not change the schema, an administrator
            runs the script.

            Example:
              idnode migrate --data ./data
              idnode migrate --script > schema.sql
            """
        )
        {
            Settings.Data,
            script,
        }.Doing(
            (parsed, terminal, cancellationToken) =>
                RunAsync(Settings.Read(parsed), parsed.GetValue(script), terminal, cancellationToken)
        );
    }

    private static async Task<int> RunAsync(
        NodeOptions options,
        bool script,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        if (script)
        {
            await terminal.Out.WriteAsync(
                await StoreOpener.ScriptAsync(DataDirectory.StoreIn(options), TimeProvider.System, cancellationToken)
            );
            return ExitCode.Done;
        }
        using var directory =
            options.Store.SqlServer.Length > 0 ? null : DataDirectory.Open(options.Data, create: false);
        var settings = DataDirectory.StoreIn(options);
        if (!settings.IsSqlServer && !File.Exists(settings.File))
        {
            throw new OperatorException(
                $"There is no database in {options.Data}. Make one: idnode init --data {options.Data} --prefix PREFIX"
            );
        }
        foreach (var warning in await StoreOpener.MigrateAsync(settings, TimeProvider.System, cancellationToken))
        {
            terminal.Error.WriteLine(warning);
        }
        terminal.Out.WriteLine("The database has this node's schema.");
        return ExitCode.Done;
    }
}
