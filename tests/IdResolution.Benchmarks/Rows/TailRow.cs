using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;

namespace IdResolution.Benchmarks.Rows;

/// <summary>What it costs a node that resolves from L1 to follow what another node writes.</summary>
internal static class TailRow
{
    private const int Connections = 64;
    private const int Working = 1_000;
    private const int ResolvesPerSecond = 20_000;
    private const int WritesPerSecond = 1_000;
    private const double Target = 1.1;

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "tail",
            "processor time per resolve in L1 at 20,000/s, while another node writes 1,000 records a second",
            "the same while nobody writes",
            "two nodes on one SQLite directory; `h2load` (HTTP/1.1, 64 connections) asks one of them for 1,000 "
                + "identifiers, 20,000 times a second; the other takes 20 batches of 50 new items a second in "
                + "every second round; user and system time of the first node's process over the round, all that "
                + "it does included, by the number of answers; not met either where fewer than 900 were written a "
                + "second",
            MeasureAsync
        ),
    ];

    private static async Task<Figures> MeasureAsync(Bench bench, CancellationToken stop)
    {
        var data = bench.Scratch();
        await Generator.RunAsync(data, Working, stop);
        var key = await BenchNode.KeyAsync(data, Role.Registrar, stop);
        await using var reading = await Child.NodeAsync(data, 128L << 20);
        await using var writing = await Child.NodeAsync(data, 128L << 20);
        var targets = Path.Combine(data, "targets");
        await File.WriteAllLinesAsync(
            targets,
            Enumerable
                .Range(1, Working)
                .Select(i => $"http://{reading.Http}/api/v1/identifiers/{Item.Identifier(Generator.Series, i)}"),
            stop
        );
        var writer = new PacedWriter(writing.Http, key, WritesPerSecond);
        var (asked, written) = (new List<double>(), new List<double>());
        await WrittenAsync(bench.Scale.WarmUp);
        await AskedAsync(bench.Scale.WarmUp);
        (asked, written) = ([], []);
        var times = await bench.AlternateAsync(
            () => WrittenAsync(bench.Scale.Round),
            () => AskedAsync(bench.Scale.Round)
        );
        var ratio = times.Node / times.Baseline;
        return new Figures(
            $"{times.Node / 1000:F1} µs ({Bench.Median(asked):N0}/s, {Bench.Median(written):N0} written/s)",
            $"{times.Baseline / 1000:F1} µs",
            $"{ratio:F2}",
            $"≤ {Target}",
            ratio <= Target && Bench.Median(written) >= 0.9 * WritesPerSecond
        );

        async Task<double> WrittenAsync(TimeSpan time)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var writes = writer.RunAsync(end.Token);
            try
            {
                return await AskedAsync(time);
            }
            finally
            {
                await end.CancelAsync();
                written.Add(await writes);
            }
        }

        // In nanoseconds, which the lines of progress show whole.
        async Task<double> AskedAsync(TimeSpan time)
        {
            var requests = (long)(ResolvesPerSecond * time.TotalSeconds);
            var before = reading.ProcessorTime();
            asked.Add(await H2Load.AskAsync(targets, Connections, ResolvesPerSecond, requests));
            return (reading.ProcessorTime() - before).TotalNanoseconds / requests;
        }
    }
}
