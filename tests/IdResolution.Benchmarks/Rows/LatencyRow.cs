using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;

namespace IdResolution.Benchmarks.Rows;

/// <summary>How the time of an answer grows with the number of identifiers.</summary>
internal static class LatencyRow
{
    private const long Few = 10_000;
    private const int PerSecond = 2_000;
    private const double Target = 2;

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "latency",
            "p99 of resolve over the whole data set, L1 off, warm page cache, 2,000/s",
            "p99 at 10⁴ identifiers",
            "32 connections ask at fixed times, 2,000 a second together, measured from the time a request was due; "
                + "both nodes warmed up, in turns, medians of the rounds' p99",
            MeasureAsync
        ),
    ];

    private static async Task<Figures> MeasureAsync(Bench bench, CancellationToken stop)
    {
        // Where the data set is as small as the other (smoke), the row shows only that it can be measured.
        var many = bench.Scale.Items;
        await using var large = await Child.NodeAsync(await bench.DataAsync(many, stop), cacheBytes: 0);
        await using var small = await Child.NodeAsync(await bench.DataAsync(Few, stop), cacheBytes: 0);
        await WarmUpAsync(bench, large, many);
        await WarmUpAsync(bench, small, Few);
        var p99 = await bench.AlternateAsync(
            () =>
                Task.FromResult(
                    OpenLoop.Percentile(OpenLoop.Run(large.Http, many, PerSecond, bench.Scale.Round * 2), 0.99)
                ),
            () =>
                Task.FromResult(
                    OpenLoop.Percentile(OpenLoop.Run(small.Http, Few, PerSecond, bench.Scale.Round * 2), 0.99)
                )
        );
        var ratio = p99.Node / p99.Baseline;
        return new Figures($"{p99.Node:N0} µs", $"{p99.Baseline:N0} µs", $"{ratio:F2}", $"≤ {Target}", ratio <= Target);
    }

    private static async Task WarmUpAsync(Bench bench, Child node, long items)
    {
        await Wrk.RunAsync(node.Http, Scripts.Resolve(items, null), 64, bench.Scale.WarmUp);
        OpenLoop.Run(node.Http, items, PerSecond, bench.Scale.Round);
    }
}
