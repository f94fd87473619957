using IdResolution.Benchmarks.Rows;

namespace IdResolution.Benchmarks.Reporting;

/// <summary>Measures the rows asked for, prints the table and writes it where told.</summary>
internal static class Suite
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var only = arguments.Find("only");
        var rows = Row.All.Where(r => only is null || r.Name == only).ToList();
        if (rows.Count == 0)
        {
            await Console.Error.WriteLineAsync(
                $"--only {only}: must be one of {string.Join(", ", Row.All.Select(r => r.Name))}."
            );
            return 2;
        }
        var scale =
            arguments.Has("full") ? Scale.Full
            : arguments.Has("smoke") ? Scale.Smoke
            : Scale.Default;
        scale = scale with
        {
            Items = arguments.Number("items", scale.Items),
            Records = arguments.Number("records", scale.Records),
        };
        var measured = new List<(Row, Figures)>();
        using (var bench = new Bench(scale, arguments.Text("data")))
        {
            foreach (var row in rows)
            {
                await Console.Error.WriteLineAsync($"{row.Name}: {row.Work}");
                measured.Add((row, await row.MeasureAsync(bench, cancellationToken)));
            }
        }
        var table = Table.Of(measured);
        await Console.Out.WriteAsync(table);
        if (arguments.Find("out") is { } file)
        {
            await File.WriteAllTextAsync(
                file,
                Table.Document(measured, table, scale, arguments.Find("command") ?? "scripts/bench.sh"),
                cancellationToken
            );
        }
        return 0;
    }
}
