using System.CommandLine;
using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Primitives;
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
                    terminal.Say(
                        "The log has no name yet: the store is empty, or takes no writes.",
                        "日志尚无名称：存储为空，或不能写入。"
                    );
                }
                else
                {
                    terminal.Out.WriteLine(Table(log, look.Head, look.HeadLeaf, terminal.Language));
                }
                if (node.Get<LogGuard>().IsRestored)
                {
                    terminal.Say(AccessPolicy.Told(LogErrors.StoreRestored(), Caller.CommandLine).Message);
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

    private static string Table(CurrentLog log, long head, byte[]? leaf, Language language)
    {
        var table = new TextTable(new Text("LOG", "日志").In(language), log.Name.ToString());
        Add("last entry", "最后一个条目", Number(head));
        Add("its leaf", "其叶哈希", leaf is null ? "" : Convert.ToHexStringLower(leaf));
        Add("shared with every log before", "与此前所有日志共有的条目数", Number(log.Kept));
        Add("log before", "之前的日志", log.Start.Former ?? "");
        Add("its last known entry", "之前日志的最后一个已知条目", Number(log.Start.FormerHead));
        Add("its leaf", "其叶哈希", log.Start.FormerLeaf ?? "");
        Add("root in format 1", "格式 1 的根哈希", log.Start.Format1 ?? "");
        return table.ToString();

        void Add(string en, string zh, string value) => table.Add(new Text(en, zh).In(language), value);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
