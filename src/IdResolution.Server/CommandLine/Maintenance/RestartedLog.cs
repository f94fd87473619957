using System.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine.Maintenance;

/// <summary>What <c>restore</c>, <c>log restart</c> and <c>copy</c> share: <c>--gap</c>, and what they say.</summary>
internal static class RestartedLog
{
    private const long MaxGap = 1_000_000_000_000;

    public static Option<long?> Gap() =>
        new("--gap")
        {
            Description =
                "At least as many numbers as any sequence may have given away since the backup. Needed only if the "
                + "database before is gone or cannot be read; 0 if nothing was registered since.",
            HelpName = "N",
        };

    /// <summary>The value of the option; null if it is not given.</summary>
    public static long? GapOf(ParseResult parsed, Option<long?> gap) =>
        parsed.GetValue(gap) is not ({ } given and (< 0 or > MaxGap))
            ? parsed.GetValue(gap)
            : throw new OperatorException($"--gap must be 0 to {MaxGap}.", $"--gap 应为 0 至 {MaxGap}。");

    public static void Say(RestoreReport report, Terminal terminal)
    {
        if (report.Log is { } log)
        {
            terminal.Say(
                $"It goes on with the log {log.Name}, which shares its first {log.Kept:N0} entries with every log "
                    + "before. Systems that follow the log, and have read further, are told to go on from there.",
                $"存储使用新的日志 {log.Name}，前 {log.Kept:N0} 个条目与此前所有日志相同。跟随日志且已读到其后的系统会收到通知，从该处继续。"
            );
            if (report.Shared > log.Kept)
            {
                terminal.Say(
                    $"With the log just before it shares {report.Shared:N0}.",
                    $"与紧接其前的日志共有 {report.Shared:N0} 个条目。"
                );
            }
        }
        if (report.Gap > 0)
        {
            terminal.Say(
                $"Object numbers and all sequences skip {report.Gap:N0} numbers.",
                $"对象号和所有流水号跳过 {report.Gap:N0} 个号码。"
            );
        }
        if (report.Raised > 0)
        {
            terminal.Say(
                $"{report.Raised:N0} sequences go on where the database before stood, and so do object numbers.",
                $"{report.Raised:N0} 个流水号以及对象号从原数据库的位置继续。"
            );
        }
        if (report.Pending is { } pending)
        {
            terminal.Say(
                $"It can be read, but takes no writes yet: it is not known which numbers were given away after the "
                    + $"backup ({pending.En}). Run: idnode log restart --aside FILE, the database before; or "
                    + "--gap N: at least as many numbers as any sequence may have given away since then.",
                $"目前只能读取，不能写入：不知道备份之后发出了哪些号码（{pending.Zh}）。请执行：idnode log restart --aside 恢复之前的数据库；"
                    + "或 --gap N：此后任一流水号至多发出的个数（可多不可少）。"
            );
        }
        SayFormer(report, terminal);
    }

    /// <summary>Says what became of the database before, and of what only it holds.</summary>
    private static void SayFormer(RestoreReport report, Terminal terminal)
    {
        if (report.Aside is not null)
        {
            terminal.Say(
                $"The database before is kept as {report.Aside}; delete it when it is no longer needed.",
                $"原数据库保留为 {report.Aside}，不再需要时可删除。"
            );
        }
        if (report.LostFile is not null)
        {
            terminal.Say(
                $"{report.Lost:N0} later entries are not in it. {report.LostFile} lists them with their business keys: "
                    + "have the business systems send these items again.",
                $"其后的 {report.Lost:N0} 个条目不在其中，连同业务主键列于 {report.LostFile}：请由业务系统重新发送这些对象。"
            );
        }
        if (report.Identifiers is { Count: > 0 and var count })
        {
            terminal.Say(
                $"Items sent again by their business keys get the identifiers on their labels: {count:N0} are known.",
                $"按业务主键重新发送的对象沿用标签上的标识：已知 {count:N0} 个。"
            );
        }
        if (report.Identifiers is { AreAll: false })
        {
            terminal.Say(
                "The database before cannot be read whole: items that it does not name any more get new identifiers, "
                    + "unless they are sent with their own.",
                "原数据库无法完整读取：其中已查不到的对象会得到新标识，除非发送时给出原标识。"
            );
        }
        if (report.Fault is { } why)
        {
            terminal.Say(
                $"What was written since the backup is not all listed: {why.En}.",
                $"备份之后写入的内容未能全部列出：{why.Zh}。"
            );
        }
    }
}
