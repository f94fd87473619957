using System.CommandLine;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.CommandLine.Maintenance;

/// <summary>
/// <c>migrate [--script]</c>: brings the database to this node's schema, or prints the script for it.
/// </summary>
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
            runs the script. What takes long goes step by step: nodes go on reading meanwhile, and the same verb goes
            on where it was stopped.

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
                $"There is no database in {options.Data}. Make one: idnode init --data {options.Data} --prefix PREFIX",
                $"{options.Data} 中没有数据库。建立：idnode init --data {options.Data} --prefix 前缀"
            );
        }
        foreach (var warning in await ShowAsync(terminal, settings, cancellationToken))
        {
            terminal.Explain(warning);
        }
        await StoreAudit.NoteAsync(settings, options.OsUser, "migrate", "");
        terminal.Say("The database has this node's schema.", "数据库已是本节点的结构。");
        return ExitCode.Done;
    }

    /// <summary>Migrates and shows the progress of migrations in code.</summary>
    private static Task<IReadOnlyList<Text>> ShowAsync(
        Terminal terminal,
        StoreSettings settings,
        CancellationToken cancellationToken
    )
    {
        var time = TimeProvider.System;
        if (!terminal.CanDraw)
        {
            var lines = new MigrationReports(time, terminal.Explain);
            return StoreOpener.MigrateAsync(settings, time, lines, cancellationToken);
        }
        return StepProgress.RunAsync(steps =>
            // The embedded store works on the calling thread. The bars must be drawn meanwhile.
            Task.Run(() => StoreOpener.MigrateAsync(settings, time, new Bars(steps), cancellationToken))
        );
    }

    private sealed class Bars(StepProgress steps) : IProgress<MigrationProgress>
    {
        public void Report(MigrationProgress value) => steps.Report(($"migration {value.Migration}", value.Part));
    }
}
