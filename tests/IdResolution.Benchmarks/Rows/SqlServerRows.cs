using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;

namespace IdResolution.Benchmarks.Rows;

/// <summary>Registering on a SQL server, by one node and by two; where none is given the rows say so.</summary>
internal static class SqlServerRows
{
    private const int Callers = 64;
    private const int Batch = 1_000;
    private const int BatchConnections = 4;

    public static IReadOnlyList<Row> All { get; } =
    [
        new("register-sql", "register one by one over REST on a SQL server, two nodes, 64 callers together", "one node, 64 callers",
            $"on the server that `{GivenServer.Variable}` names, in a database of its own, dropped at the end; both nodes run throughout, `wrk` posts new items to one of them or, half of the connections each, to both",
            (bench, stop) => MeasureAsync(bench, Scripts.Register, Callers, 1, stop)),
        new("register-sql-batch", "the same in batches of 1,000, two nodes, 4 callers together", "one node, 4 callers",
            "as above",
            (bench, stop) => MeasureAsync(bench, key => Scripts.RegisterBatch(key, Batch), BatchConnections, Batch, stop)),
    ];

    private static async Task<Figures> MeasureAsync(Bench bench, Func<string, string> script, int connections, int each, CancellationToken stop)
    {
        if (!GivenServer.IsGiven)
        {
            return new Figures("", "", $"not run: {GivenServer.Variable} is not set", "reported", null);
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
            var rates = await bench.AlternateAsync(() => RateAsync(bench.Scale.Round, first, second), () => RateAsync(bench.Scale.Round, first));
            var stored = await GivenServer.CountAsync(database, stop) - before;
            return stored >= acknowledged
                ? Figures.OfRates(rates, target: null)
                : throw new InvalidOperationException($"{acknowledged} registrations were acknowledged, {stored} are stored.");

            async Task<double> RateAsync(TimeSpan time, params Child[] nodes)
            {
                var results = await Task.WhenAll(nodes.Select(node => Wrk.RunAsync(node.Http, script(key), connections / nodes.Length, time)));
                acknowledged += results.Sum(r => r.Requests) * each;
                return results.Sum(r => r.Rate) * each;
            }
        }
        finally
        {
            await GivenServer.DropAsync(database, CancellationToken.None);
        }
    }
}
