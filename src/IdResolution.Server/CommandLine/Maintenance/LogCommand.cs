using System.CommandLine;
using IdResolution.Core.Coherence;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.CommandLine.Maintenance;

/// <summary>
/// <c>idnode log</c>: shows the log that the store goes on with, and begins the next one after a restore.
/// </summary>
internal static class LogCommand
{
    public static Command Create() =>
        new(
            "log",
            """
            Shows the log of all changes, and begins the next one after the store came back from a backup.

            Examples:
              idnode log show --data ./data
              idnode log restart --data ./data --gap 5000
            """
        )
        {
            LogShowCommand.Create(),
            Restart(),
        };

    private static Command Restart()
    {
        var aside = new Option<string?>("--aside")
        {
            Description = "The database before the restore: what it gave away is not given again.",
            HelpName = "FILE",
        };
        var gap = RestartedLog.Gap();
        var force = new Option<bool>("--force")
        {
            Description =
                "Begins the next log even where this node knows of nothing that the store lacks, such as on a new "
                + "machine.",
        };
        return new Command(
            "restart",
            """
            Begins the next log of a store that came back from a backup. Until then such a store can be read, but takes
            no writes. Run it once, on one node, while the nodes serve; the others follow within a second.

            Say which numbers were given away since the backup, since they are on labels: by the database before, or by
            a gap that all sequences skip.

            Examples:
              idnode log restart --data ./data --aside ./data/idnode.db.before
              idnode log restart --data ./data --gap 5000
              idnode log restart --data ./data --gap 5000 --force   # a new machine, which knows nothing
            """
        )
        {
            Settings.Data,
            aside,
            gap,
            force,
        }.Doing(
            (parsed, terminal, cancellationToken) =>
                RestartAsync(
                    parsed,
                    parsed.GetValue(aside),
                    RestartedLog.GapOf(parsed, gap),
                    parsed.GetValue(force),
                    terminal,
                    cancellationToken
                )
        );
    }

    private static async Task<int> RestartAsync(
        ParseResult parsed,
        string? aside,
        long? gap,
        bool force,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        var store = node.Get<NodeStore>();
        if (!node.Get<LogGuard>().IsRestored && !force)
        {
            terminal.Say(
                "Nothing was done: the store holds all that this node has seen of its log. If it came back "
                    + "from a backup all the same, say --force.",
                "未作任何操作：本节点所知的日志内容，存储中都有。如确系由备份恢复，请加 --force。"
            );
            return ExitCode.Done;
        }
        // Only this write is taken.
        store.Refuse(null);
        var report = await LogRestart.RunAsync(
            store,
            aside,
            DatabaseOf(node),
            new RestoreOptions
            {
                Gap = gap,
                Known = node.Get<LogGuard>().Known,
                PublicUrl = node.Get<NodeOptions>().PublicUrl,
            },
            TimeProvider.System,
            cancellationToken
        );
        await node.NoteAsync("log restart", report.Log?.Name.ToString() ?? "", report.Head);
        terminal.Say($"The store has {report.Head:N0} entries.", $"存储共有 {report.Head:N0} 个条目。");
        RestartedLog.Say(report, terminal);
        return ExitCode.Done;
    }

    private static string? DatabaseOf(NodeContainer node) =>
        node.Get<NodeOptions>().Store.SqlServer.Length > 0 ? null : node.Get<DataDirectory>().Database;
}
