using System.Diagnostics;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Server.Caching;
using IdResolution.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace IdResolution.Benchmarks.Rows;

/// <summary>Resolving from the L2 against the GETs that it takes.</summary>
internal static class RedisRows
{
    private const int Callers = 64;
    private const int Working = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Attempting = TimeSpan.FromMinutes(2);

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "resolve-redis",
            "resolve with L2 hits, L1 off, in process, 64 callers",
            "raw `GET`s of the same values through the same client",
            "64 tasks ask the `Resolver` of a node without L1 for 10,000 identifiers, each task for its own, one "
                + "after the other; the others call `StringGetAsync` of the same multiplexer for the very values "
                + "the node has put; the server's counters show that every resolution was a hit, a round with one "
                + "that was not is made again",
            MeasureAsync
        ),
    ];

    private static async Task<Figures> MeasureAsync(Bench bench, CancellationToken stop)
    {
        using var redis = await RedisProcess.StartAsync(bench.Scratch());
        var options = BenchNode.Options(await bench.DataAsync(bench.Scale.Items, stop));
        // The client asks for INFO, which has the counters, only so.
        options.Redis.Configuration = $"127.0.0.1:{redis.Port},allowAdmin=true";
        // A stall of the machine must not make the node leave Redis in the middle of a round.
        options.Redis.TimeoutMilliseconds = 1_000;
        using var node = await NodeContainer.OpenAsync(options, create: false, TimeProvider.System);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var cache = node.Get<RedisRecordCache>()!;
        var work = cache.RunAsync(NullLogger.Instance, end.Token);
        await UntilAsync(() => Task.FromResult(!cache.Status.IsDegraded), stop);
        var records = Enumerable
            .Range(1, Working)
            .Select(i => LookupKey.Of(Item.Identifier(Generator.Series, i)))
            .ToArray();
        var keys = Array.ConvertAll(records, cache.KeyOf);
        foreach (var record in records)
        {
            // Put by the node itself, and there before anyone is timed.
            await node.Get<Resolver>().ResolveAsync(record, stop);
        }
        await UntilAsync(
            async () =>
                (await Task.WhenAll(keys.Select(k => cache.Connection!.Database.KeyExistsAsync(k)))).All(exists =>
                    exists
                ),
            stop
        );
        var database = cache.Connection!.Database;
        await OfNodeAsync(bench.Scale.WarmUp);
        await OfClientAsync(bench.Scale.WarmUp);
        var rates = await bench.AlternateAsync(
            () => OfNodeAsync(bench.Scale.Round),
            () => OfClientAsync(bench.Scale.Round)
        );
        await end.CancelAsync();
        await work;
        return Figures.OfRates(rates, 0.8);

        async Task<double> OfNodeAsync(TimeSpan time)
        {
            for (var clock = Stopwatch.StartNew(); ; )
            {
                var before = await CountersAsync(database);
                var (rate, done) = await RunAsync(
                    time,
                    async i =>
                    {
                        var entry = await node.Get<Resolver>().ResolveAsync(records[i], stop);
                        return entry.Record!.State.Length;
                    }
                );
                var after = await CountersAsync(database);
                if (after.Misses == before.Misses && after.Hits - before.Hits >= done)
                {
                    return rate;
                }
                // On a machine that stalls the node leaves Redis for a moment, as it should; such a round says nothing
                // of Redis.
                if (clock.Elapsed > Attempting)
                {
                    throw new InvalidOperationException(
                        $"{done} resolutions, but {after.Hits - before.Hits} hits and "
                            + $"{after.Misses - before.Misses} misses."
                    );
                }
                await UntilAsync(() => Task.FromResult(!cache.Status.IsDegraded), stop);
            }
        }

        async Task<double> OfClientAsync(TimeSpan time) =>
            (
                await RunAsync(
                    time,
                    async i => ((byte[])(await database.StringGetAsync(keys[i], CommandFlags.DemandMaster))!).Length
                )
            ).Rate;
    }

    private static async Task<(double Rate, long Done)> RunAsync(TimeSpan time, Func<int, Task<int>> ask)
    {
        var done = 0L;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(caller =>
                    Task.Run(async () =>
                    {
                        var asked = 0L;
                        for (var i = caller; clock.Elapsed < time; i = i + Callers < Working ? i + Callers : caller)
                        {
                            if (await ask(i) <= 0)
                            {
                                throw new InvalidOperationException("An empty answer.");
                            }
                            asked++;
                        }
                        Interlocked.Add(ref done, asked);
                    })
                )
        );
        return (done / clock.Elapsed.TotalSeconds, done);
    }

    private static async Task<(long Hits, long Misses)> CountersAsync(IDatabase database)
    {
        var lines = ((string)(await database.ExecuteAsync("INFO", "stats"))!).Split("\r\n");
        return (Counter("keyspace_hits:"), Counter("keyspace_misses:"));

        long Counter(string name) =>
            long.Parse(Array.Find(lines, l => l.StartsWith(name, StringComparison.Ordinal))![name.Length..]);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, CancellationToken stop)
    {
        for (var clock = Stopwatch.StartNew(); !await holds(); await Task.Delay(50, stop))
        {
            if (clock.Elapsed > Patience)
            {
                throw new InvalidOperationException("Redis is not used.");
            }
        }
    }
}
