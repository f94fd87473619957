using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Upstream;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Hosting.Work;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary><c>upstream reconcile</c>: compares the secondary node with the records here.</summary>
internal sealed class UpstreamReconcileCommand
{
    // Lines on the screen. The counts at the end are of all.
    private const int MostShown = 1_000;

    private static readonly Text s_title = new("Comparing", "正在比对");
    private static readonly Text s_unit = new("records", "条记录");
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly Option<bool> _repair = new("--repair")
    {
        Description =
            "Has what waits sent, and then what differs, as it is here, and waits until that is done. At a secondary "
            + "node of this kind, what this user alone wrote and this node has not is revoked, unless there are more "
            + "than twice as many identifiers of the prefix there as here, or this node came back from a backup.",
    };

    private readonly Option<int?> _sample = new("--sample")
    {
        Description = "Compares about so many records, chosen by chance. Default: all.",
        HelpName = "N",
    };

    private readonly Option<int> _rate = new("--rate")
    {
        Description = "The most reads a second. Default: 100.",
        HelpName = "N",
        DefaultValueFactory = static _ => 100,
    };

    private readonly Option<string> _aside = new("--aside")
    {
        Description =
            "After a restore of this node: the database that was put aside. What it had and this node lost is asked "
            + "for too, by the list of lost entries beside it; with --repair it is deleted there.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _revokeExtras = new("--revoke-extras")
    {
        Description =
            "With --repair, on a node that came back from a backup: revokes at the secondary node what this node has "
            + "not, although the restore may have lost it.",
    };

    private readonly Option<bool> _fromStart = new("--from-start")
    {
        Description =
            "Begins anew, where an earlier run of the same kind was ended before it was through within the last day.",
    };

    public static Command Create() => new UpstreamReconcileCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "reconcile",
            """
            Reads from the secondary node what it should have, record by record, and lists what is missing, differs or
            should be gone. A secondary node of this kind is also asked what else it has below the prefixes that go up.
            Changes that have not gone up yet are left out and counted. A run that is ended goes on where it was when it
            is started again. Exit code 0: all alike, or repaired. 1: differences. 2: it could not run.

            Run it after the secondary node, or this one, came back from a backup.

            Examples:
              idnode upstream reconcile --data ./data --sample 1000
              idnode upstream reconcile --data ./data --repair
            """
        )
        {
            Settings.Data,
            _repair,
            _sample,
            _rate,
            _aside,
            _revokeExtras,
            _fromStart,
        };
        return command.WithUpstream().Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var sample = parsed.GetValue(_sample);
        CheckNumbers(parsed);
        using var node = await UpstreamSettings.OpenNodeAsync(parsed);
        RequireUpstream(node);
        // Read before anything is changed, so that a wrong name changes nothing.
        var lost = parsed.GetValue(_aside) is { } aside ? LostIn(aside) : [];
        var total = await TotalAsync(node, cancellationToken);
        // Of a sample there is nothing to go on with, even where it takes all.
        var mark = sample is null ? MarkOf(parsed, node) : null;
        var from = parsed.GetValue(_fromStart) ? null : mark?.Find();
        if (from is not null)
        {
            terminal.Explain(
                $"Goes on where the last run was ended: {from.Read} records are compared already.",
                $"从上次中断处继续，已比对 {from.Read} 条记录。"
            );
        }
        var plan = PlanOf(parsed, total, from);
        var end = await ReconcileAsync(node, plan, lost, mark, sample ?? total, terminal, cancellationToken);
        Say(end, plan.Repairs, terminal);
        var left = (plan.Repairs ? end.Stayed : end.Differing) + (end.Extra ?? 0) - end.Removed;
        return left == 0 ? ExitCode.Done : ExitCode.Refused;
    }

    private void CheckNumbers(ParseResult parsed)
    {
        if (parsed.GetValue(_rate) < 1 || parsed.GetValue(_sample) < 1)
        {
            throw new OperatorException("--rate and --sample: 1 or more.", "--rate 与 --sample 应不小于 1。");
        }
    }

    private static void RequireUpstream(NodeContainer node)
    {
        if (!node.Get<NodeOptions>().Upstream.IsUsed)
        {
            throw new OperatorException(
                "No secondary node is set: Upstream:Url (--upstream-url).",
                "未配置二级节点：Upstream:Url（--upstream-url）。"
            );
        }
    }

    private ReconcilePlan PlanOf(ParseResult parsed, long total, ReconcileProgress? from) =>
        new()
        {
            Sample = parsed.GetValue(_sample) is { } wanted && total > wanted ? (double)wanted / total : null,
            PerSecond = parsed.GetValue(_rate),
            Repairs = parsed.GetValue(_repair),
            Removes = parsed.GetValue(_repair),
            RemovesLost = RemovesLost(parsed),
            From = from ?? new ReconcileProgress(0, 0, 0, 0, 0),
        };

    private bool RemovesLost(ParseResult parsed) =>
        parsed.GetValue(_revokeExtras) || parsed.GetValue(_aside) is not null;

    private MarkFile MarkOf(ParseResult parsed, NodeContainer node)
    {
        var now = new ReconcileMark(
            parsed.GetValue(_repair),
            RemovesLost(parsed),
            ReconcileMark.WayOf(node.Get<UpstreamRules>()),
            $"{node.Get<CatalogHolder>().Current.Log?.Name}",
            TimeProvider.System.GetUtcNow()
        );
        return new MarkFile(Path.Combine(node.Get<NodeOptions>().Data, "upstream.reconcile"), now);
    }

    /// <summary>Compares what is here, then what a restore lost.</summary>
    private static async Task<ReconcileProgress> ReconcileAsync(
        NodeContainer node,
        ReconcilePlan plan,
        List<Identifier> lost,
        MarkFile? mark,
        long total,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        if (plan.Repairs)
        {
            // What waits goes up first, where no node serves.
            await SendAsync(node, terminal, cancellationToken);
        }
        var found = new Found(terminal);
        var end = plan.From;
        try
        {
            end = await CompareAsync(node, plan, found, total, Keep, terminal, cancellationToken);
            mark?.Delete();
            var after = plan with { From = end };
            end = await AskAsync(() =>
                node.Get<UpstreamReconciler>()
                    .CompareLostAsync(lost, after, found.Add, reached => end = reached, cancellationToken)
            );
            if (plan.Repairs)
            {
                await SendAsync(node, terminal, cancellationToken);
            }
        }
        finally
        {
            if (plan.Repairs)
            {
                await AuditAsync(node.Get<Auditor>(), end);
            }
        }
        return end;

        void Keep(ReconcileProgress reached)
        {
            end = reached;
            mark?.Keep(reached);
        }
    }

    /// <summary>Notes what was repaired, also where the run ended before it was through.</summary>
    private static async Task AuditAsync(Auditor auditor, ReconcileProgress end)
    {
        await auditor.DoneAsync(
            Caller.CommandLine,
            "upstream.repair",
            $"records: {end.Differing}",
            CancellationToken.None
        );
        if (end.Removed > 0)
        {
            await auditor.DoneAsync(
                Caller.CommandLine,
                "upstream.revoke",
                $"records: {end.Removed}",
                CancellationToken.None
            );
        }
    }

    private static async Task<ReconcileProgress> CompareAsync(
        NodeContainer node,
        ReconcilePlan plan,
        Found found,
        long total,
        Action<ReconcileProgress> keep,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var shown = new WorkProgress();
        return await AskAsync(() =>
            shown.ShowAsync(
                terminal,
                s_title,
                s_unit,
                () =>
                    node.Get<UpstreamReconciler>()
                        .RunAsync(
                            plan,
                            found.Add,
                            reached =>
                            {
                                shown.Report(reached.Read, total == 0 ? 1 : Math.Min(1, (double)reached.Read / total));
                                keep(reached);
                                return Task.CompletedTask;
                            },
                            cancellationToken
                        )
            )
        );
    }

    private static async Task<ReconcileProgress> AskAsync(Func<Task<ReconcileProgress>> ask)
    {
        try
        {
            return await ask();
        }
        catch (UpstreamException e)
        {
            throw Unreachable(e.Message);
        }
    }

    /// <summary>The identifiers in the list of what a restore lost, which stands beside the former database.</summary>
    private static List<Identifier> LostIn(string aside)
    {
        try
        {
            return
            [
                .. File.ReadLines(aside + ".lost.jsonl")
                    .Select(static line =>
                        JsonDocument.Parse(line).RootElement.TryGetProperty("identifier", out var text)
                            ? Identifier.Parse(text.GetString())
                            : default
                    )
                    .Where(static parsed => parsed.IsOk)
                    .Select(static parsed => parsed.Value),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new OperatorException(
                $"--aside: the list of lost entries cannot be read: {e.Message} Without lost entries there is none.",
                $"--aside：无法读取丢失条目的清单：{e.Message} 没有丢失条目时不会有此清单。"
            );
        }
    }

    /// <summary>
    /// Waits until what waits and what is due was sent, by a node that serves or else by this process.
    /// </summary>
    private static async Task SendAsync(NodeContainer node, Terminal terminal, CancellationToken cancellationToken)
    {
        var reader = node.Get<IEnumerable<LogReader>>().Single(static r => r.Name == UpstreamReader.ReaderName);
        var first = await node.Get<UpstreamProgress>().ReadAsync(cancellationToken);
        if (first.Lag + first.Due == 0)
        {
            return;
        }
        SayWait(node, terminal);
        var shown = new WorkProgress();
        await shown.ShowAsync(
            terminal,
            new Text("Sending", "正在上报"),
            s_unit,
            () => CatchUpAsync(node, reader, first, shown, cancellationToken)
        );
        await reader.ReleaseAsync(CancellationToken.None);
    }

    private static async Task<bool> CatchUpAsync(
        NodeContainer node,
        LogReader reader,
        UpstreamStatus first,
        WorkProgress shown,
        CancellationToken cancellationToken
    )
    {
        var all = first.Lag + first.Due;
        while (true)
        {
            await reader.CatchUpAsync(first.Head, cancellationToken);
            if (reader.Failure is { } failure)
            {
                throw Unreachable(failure.Message);
            }
            var now = await node.Get<UpstreamProgress>().ReadAsync(cancellationToken);
            var left = Math.Min(all, Math.Max(0, first.Head - now.Cursor) + now.Due);
            shown.Report(all - left, 1 - ((double)left / all));
            if (left == 0)
            {
                return true;
            }
            await Task.Delay(s_look, cancellationToken);
        }
    }

    /// <summary>Says until when nothing is sent, so that nobody takes the wait for a fault.</summary>
    private static void SayWait(NodeContainer node, Terminal terminal)
    {
        var plant = node.Get<PlantClock>();
        if (node.Get<UpstreamRules>().ClosedFor(TimeOnly.FromDateTime(plant.Now.DateTime)) is { Ticks: > 0 } closed)
        {
            var opens = (plant.Now + closed).ToString("HH:mm", CultureInfo.InvariantCulture);
            terminal.Explain(
                $"Upstream:Window is closed until {opens} ({plant.ZoneName}), and so long nothing is sent: waiting.",
                $"未到上报时段（Upstream:Window），{opens}（{plant.ZoneName}）开始上报，正在等待。"
            );
        }
    }

    private static OperatorException Unreachable(string why) =>
        new($"The secondary node cannot be asked: {why}", $"无法访问二级节点：{why}");

    private static void Say(ReconcileProgress end, bool repairs, Terminal terminal)
    {
        terminal.Say(
            $"Compared: {end.Read}. Differing: {end.Differing}. Not gone up yet: {end.Pending}. "
                + $"Values that stay here because they are too long: {end.Kept}.",
            $"已比对 {end.Read} 条，有差异 {end.Differing} 条，尚未上报 {end.Pending} 条，因过长而保留在本节点的值 {end.Kept} 个。"
        );
        if (end.Extra is { } extra)
        {
            terminal.Say(
                $"Only there: {extra}. Revoked there: {end.Removed}.",
                $"仅上级存在 {extra} 条，已在上级注销 {end.Removed} 条。"
            );
        }
        if (repairs && end.Differing > 0)
        {
            terminal.Say(
                "What differed was sent again. What was refused is in: idnode upstream letters.",
                "有差异的记录已重新发送，被拒绝的见 idnode upstream letters。"
            );
        }
    }

    /// <summary>The number of records that are compared, about.</summary>
    private static async Task<long> TotalAsync(NodeContainer node, CancellationToken cancellationToken)
    {
        var total = 0L;
        var rules = node.Get<UpstreamRules>();
        foreach (var prefix in node.Get<CatalogHolder>().Current.Prefixes)
        {
            if (rules.Covers(prefix.Text))
            {
                total += await node.Get<Core.Records.IRecordStore>()
                    .CountAsync(LookupKey.Of(prefix.Folded + "/"), cancellationToken);
            }
        }
        return total;
    }

    /// <summary>The file that says how far a whole comparison was when it was ended.</summary>
    private sealed class MarkFile(string file, ReconcileMark now)
    {
        public ReconcileProgress? Find()
        {
            try
            {
                return now.Read(File.ReadAllText(file));
            }
            catch (FileNotFoundException)
            {
                return null;
            }
        }

        public void Keep(ReconcileProgress reached)
        {
            using var kept = new PartialFile(file);
            kept.Stream.Write(Encoding.UTF8.GetBytes(now.Write(reached, TimeProvider.System.GetUtcNow())));
            kept.Keep();
        }

        public void Delete() => File.Delete(file);
    }

    /// <summary>Shows differences as they are found, and by themselves what stays here.</summary>
    private sealed class Found(Terminal terminal)
    {
        private readonly int[] _counts = new int[2];

        public void Add(UpstreamDifference difference)
        {
            var count = ++_counts[difference.IsKept ? 1 : 0];
            if (count <= MostShown)
            {
                terminal.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{difference.Identifier}\t{difference.What.In(terminal.Language)}"
                    )
                );
            }
            else if (count == MostShown + 1)
            {
                terminal.Say(
                    $"These are the first {MostShown}; there are more.",
                    $"以上为前 {MostShown} 条，还有更多。"
                );
            }
        }
    }
}
