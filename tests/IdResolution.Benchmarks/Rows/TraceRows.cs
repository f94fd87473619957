using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Traceability;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Sqlite;

namespace IdResolution.Benchmarks.Rows;

/// <summary>Traces in a plant, in process, against one recursive query on the same file.</summary>
internal static class TraceRows
{
    private const string Against =
        "the same walk as one recursive SQL query on the same file, same columns, in process, by "
        + "Microsoft.Data.Sqlite";
    private const string How =
        "in one process and in turn on one thread, over other items each time; `Tracer` walks; of both, all columns "
        + "of all links are read and none kept, and both have found as many items and links";

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "trace-backward",
            "trace a vehicle of about 1,000 items backward, traces a second",
            Against,
            How,
            (bench, stop) => CompareAsync(bench, TraceDirection.Backward, AnyVehicle, stop)
        ),
        new(
            "trace-backward-wide",
            "trace a car with 10,000 parts backward, traces a second",
            Against,
            "as `trace-backward`",
            (bench, stop) => CompareAsync(bench, TraceDirection.Backward, (_, _) => PlantItem.Car, stop)
        ),
        new(
            "trace-forward",
            "trace a roll from which about 30,000 items were made forward, traces a second",
            Against,
            "as `trace-backward`",
            (bench, stop) => CompareAsync(bench, TraceDirection.Forward, AnyRoll, stop)
        ),
        new(
            "trace-plant",
            "trace vehicles backward and rolls forward in a plant of 10⁷ items, pairs of traces a second",
            "the same in a plant of 10⁶ items",
            "in one process and in turn, one roll for 30 vehicles, over other ones each time; both files "
                + "are in the system's cache; without `--full` 10⁶ against 10⁵ items",
            PlantAsync
        ),
    ];

    public static string AnyVehicle(PlantShape shape, int trace) =>
        PlantItem.Vehicle(trace * 7 % shape.Blocks, trace * 13 % shape.Vehicles);

    public static string AnyRoll(PlantShape shape, int trace) => PlantItem.Roll(trace * 7 % shape.Blocks);

    private static async Task<Figures> CompareAsync(
        Bench bench,
        TraceDirection direction,
        Func<PlantShape, int, string> root,
        CancellationToken stop
    )
    {
        var (data, shape) = await bench.PlantAsync(bench.Scale.Items, stop);
        using var node = await BenchNode.OpenAsync(data, stop);
        using var sql = Query(data, direction == TraceDirection.Backward);
        var number = await node.Get<IEventStore>().HeadAsync(stop);
        await Bench.RoundAsync(NodeAsync, bench.Scale.WarmUp / 2);
        await Bench.RoundAsync(SqlAsync, bench.Scale.WarmUp / 2);
        await CheckAsync(0);
        var (traces, queries) = (1, 1);
        var rates = await bench.AlternateAsync(
            () => Bench.RoundAsync(_ => NodeAsync(traces++), bench.Scale.Round),
            () => Bench.RoundAsync(_ => SqlAsync(queries++), bench.Scale.Round)
        );
        var ratio = rates.Node / rates.Baseline;
        return new Figures(
            $"{rates.Node:F1}/s ({1000 / rates.Node:F1} ms)",
            $"{rates.Baseline:F1}/s ({1000 / rates.Baseline:F1} ms)",
            $"{ratio:F2}",
            "≥ 1; aim 3",
            ratio >= 1
        );

        async Task NodeAsync(int trace) => await CountedTrace.RunAsync(node, root(shape, trace), direction, stop);

        Task SqlAsync(int trace)
        {
            sql.Run(KeyOf(root(shape, trace)), number);
            return Task.CompletedTask;
        }

        async Task CheckAsync(int trace)
        {
            var traced = await CountedTrace.RunAsync(node, root(shape, trace), direction, stop);
            var (items, links, characters) = sql.Run(KeyOf(root(shape, trace)), number);
            if ((traced.Items, traced.Links, traced.Characters) != (items, links, characters))
            {
                throw new InvalidOperationException(
                    $"The node found {traced.Items} items and {traced.Links} links, SQL {items} and {links}."
                );
            }
            await Console.Error.WriteLineAsync($"  {items:N0} items, {links:N0} links");
        }
    }

    private static async Task<Figures> PlantAsync(Bench bench, CancellationToken stop)
    {
        const int VehiclesOfRound = 30;
        var (data, shape) = await bench.PlantAsync(bench.Scale.Items, stop);
        var (smallData, smallShape) = await bench.PlantAsync(bench.Scale.Items / 10, stop);
        using var large = await BenchNode.OpenAsync(data, stop);
        using var small = await BenchNode.OpenAsync(smallData, stop);
        await Bench.RoundAsync(i => BothAsync(large, shape, i), bench.Scale.WarmUp / 2);
        await Bench.RoundAsync(i => BothAsync(small, smallShape, i), bench.Scale.WarmUp / 2);
        var (inLarge, inSmall) = (0, 0);
        var rates = await bench.AlternateAsync(
            () => Bench.RoundAsync(_ => BothAsync(large, shape, inLarge++), bench.Scale.Round),
            () => Bench.RoundAsync(_ => BothAsync(small, smallShape, inSmall++), bench.Scale.Round)
        );
        var ratio = rates.Baseline / rates.Node;
        return new Figures(
            $"{1000 / rates.Node:F0} ms of {bench.Scale.Items:N0}",
            $"{1000 / rates.Baseline:F0} ms of {bench.Scale.Items / 10:N0}",
            $"{ratio:F2}",
            "≤ 1.5",
            ratio <= 1.5
        );

        async Task BothAsync(NodeContainer node, PlantShape of, int round)
        {
            await CountedTrace.RunAsync(node, AnyRoll(of, round), TraceDirection.Forward, stop);
            for (var i = 0; i < VehiclesOfRound; i++)
            {
                await CountedTrace.RunAsync(
                    node,
                    AnyVehicle(of, (round * VehiclesOfRound) + i),
                    TraceDirection.Backward,
                    stop
                );
            }
        }
    }

    private static RecursiveTrace Query(string data, bool backward) =>
        new(
            SqliteDatabase
                .Open(Path.Combine(data, SqliteDatabase.FileName), TimeProvider.System)
                .Connect(readOnly: true),
            backward
        );

    private static ItemKey KeyOf(string identifier) => ItemKey.Of(Identifier.Parse(identifier).Value);
}
