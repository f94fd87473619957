using System.CommandLine;
using System.Globalization;
using IdResolution.Core.Catalog;
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
            Show(),
            Restart(),
        };

    private static Command Show() =>
        new Command(
            "show",
            """
            Shows the name of the log, its last entry, and the log before it. Every cursor of a follower and every
            entity tag names the log, so that whoever has seen another log notices.

            Examples:
              idnode log show --data ./data
            """
        )
        {
            Settings.Data,
        }.Doing(
            async (parsed, terminal, cancellationToken) =>
            {
                using var node = await Settings.OpenNodeAsync(parsed);
                var look = await node.Get<NodeStore>().Log.LookAsync(0, cancellationToken);
                if (node.Get<CatalogHolder>().Current.Log is not { } log)
                {
                    terminal.Out.WriteLine("The log has no name yet: the store is empty, or takes no writes.");
                }
                else
                {
                    terminal.Out.WriteLine(Table(log, look.Head, look.HeadLeaf));
                }
                if (node.Get<LogGuard>().IsRestored)
                {
                    terminal.Out.WriteLine(LogErrors.StoreRestored().Message.In(terminal.Language));
                    return ExitCode.Refused;
                }
                return ExitCode.Done;
            }
        );

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
            async (parsed, terminal, cancellationToken) =>
            {
                using var node = await Settings.OpenNodeAsync(parsed);
                var store = node.Get<NodeStore>();
                if (!node.Get<LogGuard>().IsRestored && !parsed.GetValue(force))
                {
                    terminal.Out.WriteLine(
                        "Nothing was done: the store holds all that this node has seen of its log. If it came back "
                            + "from a backup all the same, say --force."
                    );
                    return ExitCode.Done;
                }
                // Only this write is taken.
                store.Refuse(null);
                var report = await LogRestart.RunAsync(
                    store,
                    parsed.GetValue(aside),
                    DatabaseOf(node),
                    new RestoreOptions
                    {
                        Gap = parsed.GetValue(gap),
                        Known = node.Get<LogGuard>().Known,
                        PublicUrl = node.Get<NodeOptions>().PublicUrl,
                    },
                    TimeProvider.System,
                    cancellationToken
                );
                await node.NoteAsync("log restart", report.Log?.Name.ToString() ?? "", report.Head);
                terminal.Out.WriteLine($"The store has {report.Head:N0} entries.");
                await RestartedLog.SayAsync(report, terminal.Out);
                return ExitCode.Done;
            }
        );
    }

    private static string? DatabaseOf(NodeContainer node) =>
        node.Get<NodeOptions>().Store.SqlServer.Length > 0 ? null : node.Get<DataDirectory>().Database;

    private static string Table(CurrentLog log, long head, byte[]? leaf)
    {
        var table = new TextTable("LOG", log.Name.ToString());
        table.Add("last entry", head.ToString(CultureInfo.InvariantCulture));
        table.Add("its leaf", leaf is null ? "" : Convert.ToHexStringLower(leaf));
        table.Add("shared with the log before", log.Kept.ToString(CultureInfo.InvariantCulture));
        table.Add("log before", log.Start.Former ?? "");
        table.Add("its last known entry", log.Start.FormerHead.ToString(CultureInfo.InvariantCulture));
        table.Add("its leaf", log.Start.FormerLeaf ?? "");
        table.Add("root in format 1", log.Start.Format1 ?? "");
        return table.ToString();
    }
}
