using System.Diagnostics;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;

namespace IdResolution.Benchmarks.Rows;

/// <summary>Memory and start of the process.</summary>
internal static class ProcessRows
{
    private const long MemoryLimit = 512L << 20;
    private const int Starts = 5;

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "memory",
            "anonymous resident memory (RssAnon) after 10⁶ random resolves over the whole data set, L1 of 128 MiB",
            "",
            "`wrk` asks at random over all identifiers until 10⁶ were answered; then `RssAnon` of `/proc/PID/status`",
            MemoryAsync
        ),
        new(
            "startup",
            "start to first answer",
            "",
            "from starting the process to its first answered resolution; median of 5",
            StartupAsync
        ),
    ];

    private static async Task<Figures> MemoryAsync(Bench bench, CancellationToken stop)
    {
        await using var node = await Child.NodeAsync(await bench.DataAsync(bench.Scale.Items, stop), 128L << 20);
        for (var asked = 0L; asked < bench.Scale.Resolves; )
        {
            asked += (
                await Wrk.RunAsync(node.Http, Scripts.Resolve(bench.Scale.Items, null), 64, bench.Scale.Round)
            ).Requests;
        }
        var anonymous = node.RssAnon();
        return new Figures($"{anonymous >> 20} MiB", "", "", $"≤ {MemoryLimit >> 20} MiB", anonymous <= MemoryLimit);
    }

    private static async Task<Figures> StartupAsync(Bench bench, CancellationToken stop)
    {
        var data = await bench.DataAsync(bench.Scale.Items, stop);
        var seconds = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            var clock = Stopwatch.StartNew();
            await using var node = await Child.NodeAsync(data, 128L << 20);
            using var client = new HttpClient();
            await client.GetStringAsync(
                new Uri($"http://{node.Http}/api/v1/identifiers/{Item.Identifier(Generator.Series, 1 + (i * 997))}"),
                stop
            );
            seconds.Add(clock.Elapsed.TotalSeconds);
        }
        return new Figures($"{Bench.Median(seconds):F2} s", "", "", "reported; aim 2 s", null);
    }
}
