using System.Diagnostics;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Core.Access;
using IdResolution.Core.Registration;
using IdResolution.Core.Traceability;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Sqlite;

namespace IdResolution.Benchmarks.Rows;

/// <summary>A hold on everything made from a roll, on a copy of a plant.</summary>
internal static class HoldRows
{
    private const double MostOfTrace = 5;
    private const int Callers = 64;

    private static long _series;

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "hold-spread",
            "a hold on a roll from which about 30,000 items were made, until all of them have it",
            "a trace of the same, forward",
            "in one process and in turn, another roll each time; `Tracer` walks and keeps nothing; on a copy of the "
                + "plant of 10⁶ items",
            SpreadAsync
        ),
        new(
            "hold-beside",
            "registrations a second, 64 callers, while holds on rolls spread, one after the other",
            "the same while nothing is held",
            "in one process and in turn; 64 tasks register one item after the other through `Registrar`; what is "
                + "registered between a release and the next hold is not counted",
            BesideAsync
        ),
    ];

    private static async Task<Figures> SpreadAsync(Bench bench, CancellationToken stop)
    {
        using var node = await CopyAsync(bench, stop);
        var shape = PlantShape.Of(Math.Min(bench.Scale.Items, 1_000_000));
        var held = 0;
        // All statements are ready, and the code is compiled.
        for (var warm = 0; warm < 5; warm++)
        {
            await HoldAsync(node, PlantItem.Roll(0), stop);
            await ReleaseAsync(node, PlantItem.Roll(0), stop);
            await TraceAsync();
        }
        // Rates of each, so that the lines of progress and the median are those of other rows.
        var rates = await bench.AlternateAsync(
            async () => 1000 / (await HoldAsync(node, PlantItem.Roll(++held % shape.Blocks), stop)).TotalMilliseconds,
            async () => 1000 / (await TraceAsync()).TotalMilliseconds
        );
        var ratio = rates.Baseline / rates.Node;
        return new Figures(
            $"{1000 / rates.Node:F0} ms",
            $"{1000 / rates.Baseline:F0} ms",
            $"{ratio:F2}",
            $"≤ {MostOfTrace:F0}",
            ratio <= MostOfTrace
        );

        async Task<TimeSpan> TraceAsync()
        {
            var clock = Stopwatch.StartNew();
            var traced = await CountedTrace.RunAsync(
                node,
                PlantItem.Roll(held % shape.Blocks),
                TraceDirection.Forward,
                stop
            );
            return traced.Items > shape.MadeFromRoll
                ? clock.Elapsed
                : throw new InvalidOperationException($"The trace has {traced.Items} items.");
        }
    }

    private static async Task<Figures> BesideAsync(Bench bench, CancellationToken stop)
    {
        using var node = await CopyAsync(bench, stop);
        var shape = PlantShape.Of(Math.Min(bench.Scale.Items, 1_000_000));
        var held = 0;
        await RoundAsync(isHolding: true, bench.Scale.WarmUp);
        var rates = await bench.AlternateAsync(
            () => RoundAsync(isHolding: true, bench.Scale.Round),
            () => RoundAsync(isHolding: false, bench.Scale.Round)
        );
        return Figures.OfRates(rates, 0.8);

        async Task<double> RoundAsync(bool isHolding, TimeSpan time)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var done = new long[1];
            var callers = Task.WhenAll(
                Enumerable.Range(0, Callers).Select(_ => Task.Run(() => RegisterAsync(node, done, end.Token), stop))
            );
            var (counted, window) = (0L, TimeSpan.Zero);
            var clock = Stopwatch.StartNew();
            do
            {
                var before = Volatile.Read(ref done[0]);
                if (isHolding)
                {
                    var roll = PlantItem.Roll(held++ % shape.Blocks);
                    window += await HoldAsync(node, roll, stop);
                    counted += Volatile.Read(ref done[0]) - before;
                    await ReleaseAsync(node, roll, stop);
                }
                else
                {
                    await Task.Delay(time, stop);
                    window = clock.Elapsed;
                    counted += Volatile.Read(ref done[0]) - before;
                }
            } while (clock.Elapsed < time);
            await end.CancelAsync();
            await callers;
            return counted / window.TotalSeconds;
        }
    }

    private static async Task RegisterAsync(NodeContainer node, long[] done, CancellationToken end)
    {
        var series = $"BESIDE{Interlocked.Increment(ref _series)}";
        for (var i = 0L; !end.IsCancellationRequested; i++)
        {
            var result = await node.Get<Registrar>()
                .RegisterAsync(Item.Request(series, i), Caller.Node, CancellationToken.None);
            if (!result.IsOk)
            {
                throw new InvalidOperationException(result.Error.Message.En);
            }
            Interlocked.Increment(ref done[0]);
        }
    }

    /// <summary>The node on a copy of the plant, so that the plant itself stays as it was made.</summary>
    private static async Task<NodeContainer> CopyAsync(Bench bench, CancellationToken stop)
    {
        var (data, _) = await bench.PlantAsync(Math.Min(bench.Scale.Items, 1_000_000), stop);
        var copy = bench.Scratch();
        Directory.CreateDirectory(copy);
        using (await BenchNode.OpenAsync(data, stop))
        {
            // What a killed run left in the write-ahead log is in the file when the node has closed it.
        }
        File.Copy(Path.Combine(data, "secrets.key"), Path.Combine(copy, "secrets.key"));
        File.Copy(Path.Combine(data, SqliteDatabase.FileName), Path.Combine(copy, SqliteDatabase.FileName));
        return await BenchNode.OpenAsync(copy, stop);
    }

    /// <summary>Holds what was made from a roll; gives how long it took.</summary>
    private static Task<TimeSpan> HoldAsync(NodeContainer node, string roll, CancellationToken stop) =>
        RecordAsync(node, "hold", roll, "made-from", stop);

    private static Task<TimeSpan> ReleaseAsync(NodeContainer node, string roll, CancellationToken stop) =>
        RecordAsync(node, "release", roll, null, stop);

    private static async Task<TimeSpan> RecordAsync(
        NodeContainer node,
        string type,
        string roll,
        string? scope,
        CancellationToken stop
    )
    {
        var clock = Stopwatch.StartNew();
        var request = new EventRequest
        {
            Type = type,
            Time = DateTimeOffset.UtcNow.ToString("O"),
            Source = Item.Source,
            SourceKey = $"hold-{Interlocked.Increment(ref _series)}",
            Items = [new ThingRequest { Identifier = roll }],
            Scope = scope,
        };
        var result = await node.Get<EventRecorder>().RecordAsync(request, Caller.Node, stop);
        return result.IsOk ? clock.Elapsed : throw new InvalidOperationException(result.Error.Message.En);
    }
}
