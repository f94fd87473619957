using System.Diagnostics;
using System.Net.Http.Headers;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;

namespace IdResolution.Benchmarks.Rows;

/// <summary>A trace of a million items, streamed.</summary>
internal static class StreamRow
{
    private const long MostGrowth = 128L << 20;

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "trace-stream",
            "trace forward, over REST as `ndjson`, a delivery from which 10⁶ items were made: first item; growth of "
                + "anonymous resident memory (RssAnon)",
            "",
            "the node is a process of its own, which has streamed traces of a roll before; the client reads line by "
                + "line; from the request to the first item after the root; memory is looked at every 50 ms, its "
                + "greatest value against that before; medians",
            MeasureAsync
        ),
    ];

    private static async Task<Figures> MeasureAsync(Bench bench, CancellationToken stop)
    {
        var (data, shape) = await bench.PlantAsync(bench.Scale.Items, stop);
        var key = await BenchNode.KeyAsync(data, Role.Reader, stop);
        var (first, whole, growth, items) = (new List<double>(), new List<double>(), new List<double>(), 0L);
        for (var round = 0; round < bench.Scale.Rounds; round++)
        {
            // A process that has grown once does not grow by as much again.
            await using var node = await Child.NodeAsync(data, 128L << 20);
            using var client = new HttpClient { BaseAddress = new Uri($"http://{node.Http}") };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            for (var i = 0; i < 5; i++)
            {
                await StreamAsync(client, PlantItem.Roll((round + i) % shape.Blocks), stop);
            }
            var before = node.RssAnon();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var peak = PeakAsync(node, end.Token);
            var streamed = await StreamAsync(client, PlantItem.Delivery(0), stop);
            await end.CancelAsync();
            items = streamed.Items;
            first.Add(streamed.First.TotalMilliseconds);
            whole.Add(streamed.Whole.TotalSeconds);
            growth.Add(await peak - before);
            await Console.Error.WriteLineAsync(
                $"  round {round + 1} of {bench.Scale.Rounds}: {items:N0} items, first after {first[^1]:F1} ms, all "
                    + $"after {whole[^1]:F1} s, {growth[^1] / (1 << 20):F0} MiB more"
            );
        }
        var most = Bench.Median(growth);
        return new Figures(
            $"first item {Bench.Median(first):F1} ms; {most / (1 << 20):F0} MiB; {items:N0} items in "
                + $"{Bench.Median(whole):F1} s",
            "",
            "",
            $"reported, aim 50 ms; ≤ {MostGrowth >> 20} MiB",
            most <= MostGrowth
        );
    }

    private static async Task<(TimeSpan First, TimeSpan Whole, long Items)> StreamAsync(
        HttpClient client,
        string root,
        CancellationToken stop
    )
    {
        var clock = Stopwatch.StartNew();
        var target = new Uri(
            $"/api/v1/trace/{root}?direction=forward&format=ndjson&budget={TraceQuery.MaxBudget}",
            UriKind.Relative
        );
        using var response = await client.GetAsync(target, HttpCompletionOption.ResponseHeadersRead, stop);
        using var lines = new StreamReader(await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(stop));
        var (first, items, last) = (TimeSpan.Zero, 0L, "");
        while (await lines.ReadLineAsync(stop) is { } line)
        {
            last = line;
            if (line.StartsWith("{\"node\"", StringComparison.Ordinal) && ++items == 2)
            {
                first = clock.Elapsed;
            }
        }
        return last.Contains("\"complete\":true", StringComparison.Ordinal)
            ? (first, clock.Elapsed, items)
            : throw new InvalidOperationException($"The trace of {root} is not whole: {last}");
    }

    private static async Task<double> PeakAsync(Child node, CancellationToken end)
    {
        var peak = 0L;
        while (!end.IsCancellationRequested)
        {
            peak = Math.Max(peak, node.RssAnon());
            await Task.Delay(50, CancellationToken.None);
        }
        return peak;
    }
}
