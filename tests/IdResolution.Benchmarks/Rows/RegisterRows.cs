using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;

namespace IdResolution.Benchmarks.Rows;

/// <summary>Registering against raw inserts of the same rows, on the same disk.</summary>
internal static class RegisterRows
{
    private const int Callers = 64;
    private const int Batch = 1_000;
    private const int BatchConnections = 4;
    private const string Raw =
        "raw SQLite: one thread, prepared commands of Microsoft.Data.Sqlite, one registration's rows in all tables";

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "register-http",
            "register one by one over REST, 64 callers at once, durable",
            $"{Raw}, a transaction each, `synchronous=FULL`",
            "`wrk` (64 connections) posts a new item each time, eight attributes, with a registrar's key; a new "
                + "data directory, a new file for each raw round",
            (bench, stop) => OverHttpAsync(bench, Scripts.Register, Callers, 1, 1, 2, stop)
        ),
        new(
            "register-core",
            "the same through the core in process, 64 callers",
            $"{Raw}, 64 registrations a transaction",
            "64 tasks, each registering one item after the other through `Registrar`, in the process that runs the "
                + "raw rounds too",
            (bench, stop) => InProcessAsync(bench, 1, stop)
        ),
        new(
            "register-keys",
            "the same with three business keys an item",
            $"{Raw}, 64 registrations a transaction",
            "as `register-core`; each item has three keys, of two sources",
            (bench, stop) => InProcessAsync(bench, 3, stop)
        ),
        new(
            "register-batch",
            "register over REST in batches of 1,000",
            $"{Raw}, 1,000 registrations a transaction",
            "`wrk` (4 connections) posts batches of 1,000 new items",
            (bench, stop) =>
                OverHttpAsync(
                    bench,
                    key => Scripts.RegisterBatch(key, Batch),
                    BatchConnections,
                    Batch,
                    Batch,
                    0.4,
                    stop
                )
        ),
    ];

    private static async Task<Figures> OverHttpAsync(
        Bench bench,
        Func<string, string> script,
        int connections,
        int each,
        int perTransaction,
        double target,
        CancellationToken stop
    )
    {
        var data = bench.Scratch();
        var key = await BenchNode.KeyAsync(data, Role.Registrar, stop);
        var raw = await PrepareAsync(bench, data, stop);
        await using var node = await Child.NodeAsync(data, 128L << 20);
        await Wrk.RunAsync(node.Http, script(key), connections, bench.Scale.WarmUp);
        raw.Run(bench.Scratch(), perTransaction, bench.Scale.WarmUp);
        var before = Generator.Count(Path.Combine(data, "idnode.db"));
        var acknowledged = 0L;
        var rates = await bench.AlternateAsync(
            async () =>
            {
                var result = await Wrk.RunAsync(node.Http, script(key), connections, bench.Scale.Round);
                acknowledged += result.Requests * each;
                return result.Rate * each;
            },
            () => Task.FromResult(raw.Run(bench.Scratch(), perTransaction, bench.Scale.Round))
        );
        var stored = Generator.Count(Path.Combine(data, "idnode.db")) - before;
        return stored >= acknowledged
            ? Figures.OfRates(rates, target)
            : throw new InvalidOperationException(
                $"{acknowledged} registrations were acknowledged, {stored} are stored."
            );
    }

    private static async Task<Figures> InProcessAsync(Bench bench, int keys, CancellationToken stop)
    {
        var data = bench.Scratch();
        using var node = await BenchNode.OpenAsync(data, stop);
        var raw = await PrepareAsync(bench, data: null, stop, keys);
        await CoreCallers.RunAsync(node, Callers, keys, bench.Scale.WarmUp, stop);
        raw.Run(bench.Scratch(), Callers, bench.Scale.WarmUp);
        var rates = await bench.AlternateAsync(
            () => CoreCallers.RunAsync(node, Callers, keys, bench.Scale.Round, stop),
            () => Task.FromResult(raw.Run(bench.Scratch(), Callers, bench.Scale.Round))
        );
        return Figures.OfRates(rates, 0.6);
    }

    private static async Task<RawSqlite> PrepareAsync(Bench bench, string? data, CancellationToken stop, int keys = 1)
    {
        using var node = await BenchNode.OpenAsync(data ?? bench.Scratch(), stop);
        return await RawSqlite.PrepareAsync(node, bench.Scale.Rounds > 1 ? 120_000 : 30_000, keys, stop);
    }
}
