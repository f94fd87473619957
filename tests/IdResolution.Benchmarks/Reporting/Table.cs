using System.Text;
using IdResolution.Benchmarks.Rows;

namespace IdResolution.Benchmarks.Reporting;

/// <summary>The table of ratios as Markdown, and the page around it.</summary>
internal static class Table
{
    public static string Of(IReadOnlyList<(Row Row, Figures Figures)> measured)
    {
        var text = new StringBuilder(
            """
            | work | against | node | baseline | ratio | target | met |
            | --- | --- | --- | --- | --- | --- | --- |

            """
        );
        foreach (var (row, figures) in measured)
        {
            var met = figures.IsMet switch
            {
                true => "met",
                false => "**missed**",
                null => "",
            };
            text.AppendLine(
                $"| {row.Work} | {row.Against} | {figures.Node} | {figures.Baseline} | {figures.Value} | "
                    + $"{figures.Target} | {met} |"
            );
        }
        return text.ToString();
    }

    public static string Document(
        IReadOnlyList<(Row Row, Figures Figures)> measured,
        string table,
        Scale scale,
        string command
    )
    {
        var text = new StringBuilder(
            $"""
            # Benchmarks

            > 本文列出性能测试的结果：均为同一次运行中并列测得的比值，与机器快慢无关。由 `scripts/bench.sh` 生成。

            Ratios, each measured side by side in one run: the machine's speed cancels out. `scripts/bench.sh` makes this page
            (`--full` with 10⁷ items, `--only ROW` for one row, `--smoke` for a short run that writes nothing).

            - date: {DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC
            - commit: {Machine.Commit()}
            - machine: {Machine.Describe()}
            - command: `{command}`
            - data set: {scale.Items:N0} items; {scale.Rounds} pairs of rounds of {scale.Round.TotalSeconds:N0} s after a warm-up, medians compared

            {table}
            ## How each is measured

            Client, node and baseline share the machine; all traffic is on loopback. The node runs in a process of its own (the
            in-process row apart), with the garbage collector's settings of `idnode`. Raw SQLite has the node's own schema and pragmas
            (WAL, `synchronous=FULL`, the same automatic checkpoint) on the same disk.


            """
        );
        foreach (var (row, _) in measured)
        {
            text.AppendLine($"- `{row.Name}`: {row.How}.");
        }
        return text.ToString();
    }
}
