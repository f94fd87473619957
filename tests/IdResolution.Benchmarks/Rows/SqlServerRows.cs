using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;

namespace IdResolution.Benchmarks.Rows;

/// <summary>
/// Registering and resolving on a SQL server as it fills, and by one node and two; where none is given the rows say so.
/// </summary>
internal static class SqlServerRows
{
    private const int Callers = 64;
    private const int Batch = 1_000;
    private const int BatchConnections = 4;
    private const long Fewest = 10_000;

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "register-sql",
            "register one by one over REST on a SQL server, 64 callers, as its records grow",
            "the same node with the fewest records",
            $"on the server that `{GivenServer.Variable}` names, in a database of its own, dropped at the end: it "
                + "is filled through the core to 10⁴, 10⁵ and so on up to `--records` (10⁶), and at each size "
                + "`wrk` posts new items in rounds, whose median counts",
            (bench, stop) => GrowAsync(bench, RegisteringAsync, stop)
        ),
        new(
            "resolve-sql",
            "resolve over REST on a SQL server, L1 off, 64 connections, as its records grow",
            "the same node with the fewest records",
            "as above; `wrk` asks at random for all identifiers that there are",
            (bench, stop) => GrowAsync(bench, ResolvingAsync, stop)
        ),
        new(
            "register-sql-nodes",
            "register one by one over REST on a SQL server, two nodes, 64 callers together",
            "one node, 64 callers",
            "on the same server, in a database of its own; both nodes run throughout, `wrk` posts new items to "
                + "one of them or, half of the connections each, to both",
            (bench, stop) => MeasureAsync(bench, Scripts.Register, Callers, 1, stop)
        ),
        new(
            "register-sql-batch",
            "the same in batches of 1,000, two nodes, 4 callers together",
            "one node, 4 callers",
            "as above",
            (bench, stop) =>
                MeasureAsync(bench, key => Scripts.RegisterBatch(key, Batch), BatchConnections, Batch, stop)
        ),
    ];

    private static async Task<Figures> MeasureAsync(
        Bench bench,
        Func<string, string> script,
        int connections,
        int each,
        CancellationToken stop
    )
    {
        if (await NotRunAsync() is { } why)
        {
            return why;
        }
        var database = await GivenServer.CreateDatabaseAsync(stop);
        try
        {
            // The nodes share the key file.
            var data = bench.Scratch();
            var key = await BenchNode.KeyAsync(data, Role.Registrar, stop, database);
            await using var first = await Child.NodeAsync(data, database);
            await using var second = await Child.NodeAsync(data, database);
            var acknowledged = 0L;
            await RateAsync(bench.Scale.WarmUp, first, second);
            await RateAsync(bench.Scale.WarmUp, first);
            var before = await GivenServer.CountAsync(database, stop);
            acknowledged = 0;
            var rates = await bench.AlternateAsync(
                () => RateAsync(bench.Scale.Round, first, second),
                () => RateAsync(bench.Scale.Round, first)
            );
            var stored = await GivenServer.CountAsync(database, stop) - before;
            return stored >= acknowledged
                ? Figures.OfRates(rates, target: null)
                : throw new InvalidOperationException(
                    $"{acknowledged} registrations were acknowledged, {stored} are stored."
                );

            async Task<double> RateAsync(TimeSpan time, params Child[] nodes)
            {
                var results = await Task.WhenAll(
                    nodes.Select(node => Wrk.RunAsync(node.Http, script(key), connections / nodes.Length, time))
                );
                acknowledged += results.Sum(r => r.Requests) * each;
                return results.Sum(r => r.Rate) * each;
            }
        }
        finally
        {
            await GivenServer.DropAsync(database, CancellationToken.None);
        }
    }

    /// <summary>Why the rows do not run, said on the screen too; null where they do.</summary>
    private static async Task<Figures?> NotRunAsync()
    {
        if (GivenServer.IsGiven)
        {
            return null;
        }
        await Console.Error.WriteLineAsync(
            $"  not run: {GivenServer.Variable} is not set. It takes the connection string of a SQL server whose "
                + "login may create databases."
        );
        return new Figures("", "", $"not run: {GivenServer.Variable} is not set", "reported", null);
    }

    private static async Task<Figures> GrowAsync(
        Bench bench,
        Func<Bench, string, string, long, CancellationToken, Task<double>> measureAsync,
        CancellationToken stop
    )
    {
        if (await NotRunAsync() is { } why)
        {
            return why;
        }
        var database = await GivenServer.CreateDatabaseAsync(stop);
        try
        {
            var data = bench.Scratch();
            var rates = new List<(long Records, double Rate)>();
            var filled = 0L;
            foreach (var records in Sizes(bench.Scale.Records))
            {
                using (var node = await BenchNode.OpenAsync(data, stop, database))
                {
                    await Generator.RegisterAsync(node, filled, records, stop);
                }
                filled = records;
                rates.Add((records, await measureAsync(bench, data, database, records, stop)));
                await Console.Error.WriteLineAsync($"  {records:N0} records: {rates[^1].Rate:N0}/s");
            }
            return new Figures(
                string.Join(", ", rates.Skip(1).Select(r => $"{r.Rate:N0}/s at {r.Records:N0}")),
                $"{rates[0].Rate:N0}/s at {rates[0].Records:N0}",
                $"{rates[^1].Rate / rates[0].Rate:F2}",
                "reported",
                null
            );
        }
        finally
        {
            await GivenServer.DropAsync(database, CancellationToken.None);
        }
    }

    /// <summary>From 10⁴, or a tenth where that is less, in steps of ten.</summary>
    private static IEnumerable<long> Sizes(long most)
    {
        for (var size = Math.Max(1, Math.Min(Fewest, most / 10)); size < most; size *= 10)
        {
            yield return size;
        }
        yield return most;
    }

    private static async Task<double> RegisteringAsync(
        Bench bench,
        string data,
        string database,
        long records,
        CancellationToken stop
    )
    {
        var key = await BenchNode.KeyAsync(data, Role.Registrar, stop, database);
        await using var node = await Child.NodeAsync(data, database);
        var before = await GivenServer.CountAsync(database, stop);
        var acknowledged = 0L;
        var rate = await MedianAsync(
            bench,
            async time =>
            {
                var result = await Wrk.RunAsync(node.Http, Scripts.Register(key), Callers, time);
                acknowledged += result.Requests;
                return result.Rate;
            }
        );
        var stored = await GivenServer.CountAsync(database, stop) - before;
        return stored >= acknowledged
            ? rate
            : throw new InvalidOperationException(
                $"{acknowledged} registrations were acknowledged, {stored} are stored."
            );
    }

    private static async Task<double> ResolvingAsync(
        Bench bench,
        string data,
        string database,
        long records,
        CancellationToken stop
    )
    {
        await using var node = await Child.NodeAsync(data, database, cacheBytes: 0);
        return await MedianAsync(
            bench,
            async time => (await Wrk.RunAsync(node.Http, Scripts.Resolve(records, key: null), Callers, time)).Rate
        );
    }

    private static async Task<double> MedianAsync(Bench bench, Func<TimeSpan, Task<double>> rateAsync)
    {
        await rateAsync(bench.Scale.WarmUp);
        var rates = new List<double>();
        for (var round = 0; round < bench.Scale.Rounds; round++)
        {
            rates.Add(await rateAsync(bench.Scale.Round));
        }
        return Bench.Median(rates);
    }
}
