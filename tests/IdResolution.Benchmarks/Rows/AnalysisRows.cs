using System.Diagnostics;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Core.Access;
using IdResolution.Core.Analysis;
using IdResolution.Core.Traceability;
using IdResolution.Server.Hosting;
using IdResolution.Testing;

namespace IdResolution.Benchmarks.Rows;

/// <summary>What bad items have in common, and one figure over a trace, in process.</summary>
internal static class AnalysisRows
{
    private const int Plants = 100;
    private const int EventsAtOnce = 500;
    private const double LeastLikely = 0.01;
    private const double MostWrong = 0.05;

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "trace-common",
            "`trace:common` over 500 bad and 5,000 good stacks of 10 pieces",
            "",
            "in process; ten of the plants of `trace-common-accuracy` in one store; median of the rounds",
            CommonAsync
        ),
        new(
            "trace-common-accuracy",
            "`trace:common` on reduced plants of 60 bad and 600 good stacks: how often the planted cause is the first "
                + "finding, and how often nothing is found below p = 0.01 where nothing is planted",
            "",
            "in process; 100 plants with a cause (in turns a lot, a press for two days, a mould, an operator, a recipe, a "
                + "pressure below a limit) and 100 without, made by seeds that were fixed before; of the stacks with "
                + "the cause 70 to 90 % fail, of the others 1.5 %; it does not depend on load",
            AccuracyAsync
        ),
        new(
            "rollup-vehicle",
            "the mean of an attribute over a vehicle of about 1,000 items, roll-ups a second",
            "the bare trace of the same",
            "in one process and in turn, over other vehicles each time; `Tracer` walks and keeps nothing",
            RollupAsync
        ),
    ];

    private static async Task<Figures> CommonAsync(Bench bench, CancellationToken stop)
    {
        using var node = await BenchNode.OpenAsync(bench.Scratch(), stop);
        var plants = Enumerable
            .Range(1, IsSmoke(bench) ? 1 : 10)
            .Select(seed => new CausePlant(Item.Prefix, seed, CauseOf(seed)))
            .ToList();
        foreach (var plant in plants)
        {
            await RecordAsync(node, plant, stop);
        }
        var query = new CommonQuery
        {
            Bad = new ItemChoice { Identifiers = [.. plants.SelectMany(static p => p.BadStacks).Take(500)] },
            Good = new ItemChoice { Identifiers = [.. plants.SelectMany(static p => p.GoodStacks).Take(5_000)] },
        };
        var times = new List<double>();
        for (var round = 0; round < bench.Scale.Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            var found = await node.Get<CommonCauses>().FindAsync(query, Caller.CommandLine, stop);
            times.Add(clock.Elapsed.TotalSeconds);
            await Console.Error.WriteLineAsync(
                $"  {found.Value.Bad} bad, {found.Value.Good} good, {found.Value.Found:N0} items, "
                    + $"{found.Value.Tried:N0} tried, {times[^1]:F2} s"
            );
        }
        return new Figures($"{Bench.Median(times):F2} s", "", "", "reported", null);
    }

    private static async Task<Figures> AccuracyAsync(Bench bench, CancellationToken stop)
    {
        using var node = await BenchNode.OpenAsync(bench.Scratch(), stop);
        var plants = IsSmoke(bench) ? 6 : Plants;
        var (right, named, quiet) = (0, 0, 0);
        for (var seed = 1; seed <= plants; seed++)
        {
            var planted = new CausePlant(Item.Prefix, seed, CauseOf(seed));
            var first = (await FindAsync(node, planted, stop)).Findings is [var best, ..] ? best : null;
            // What the very same items have cannot be told apart: it stands in one finding.
            var isNamed = first is not null && planted.Is(first.Cause);
            var isRight = isNamed || first?.Same.Any(planted.Is) == true;
            var clean = await FindAsync(node, new CausePlant(Item.Prefix, seed, PlantedCause.None), stop);
            var isQuiet = !clean.Findings.Any(static f => f.P < LeastLikely);
            (right, named) = (right + (isRight ? 1 : 0), named + (isNamed ? 1 : 0));
            quiet += isQuiet ? 1 : 0;
            if (!isRight || !isQuiet)
            {
                await Console.Error.WriteLineAsync(
                    $"  plant {seed}: {planted.Name} {planted.Range}; found {first}; clean: {isQuiet}"
                );
            }
        }
        var isMet = plants - Math.Min(right, quiet) <= plants * MostWrong;
        return new Figures(
            $"{right} of {plants} first, {named} of them by name; {quiet} of {plants} without a false alarm",
            "",
            $"{Math.Min(right, quiet) / (double)plants:P0}",
            "≥ 95 % each",
            isMet
        );
    }

    private static async Task<Figures> RollupAsync(Bench bench, CancellationToken stop)
    {
        var (data, shape) = await bench.PlantAsync(bench.Scale.Items, stop);
        using var node = await BenchNode.OpenAsync(data, stop);
        var (rolled, traced) = (0, 0);
        await Bench.RoundAsync(RollupOneAsync, bench.Scale.WarmUp / 2);
        await Bench.RoundAsync(TraceOneAsync, bench.Scale.WarmUp / 2);
        return Figures.OfRates(
            await bench.AlternateAsync(
                () => Bench.RoundAsync(RollupOneAsync, bench.Scale.Round),
                () => Bench.RoundAsync(TraceOneAsync, bench.Scale.Round)
            ),
            0.5
        );

        async Task RollupOneAsync()
        {
            var query = new RollupQuery
            {
                Root = new ItemAsked(TraceRows.AnyVehicle(shape, rolled++)),
                Function = RollupFunction.Mean,
                Attribute = "thickness",
                Templates = [Item.Template],
            };
            var made = await node.Get<Rollup>().ReckonAsync(query, Caller.CommandLine, stop);
            if (made.Value.Groups is not [{ Items: >= PlantShape.Cells }])
            {
                throw new InvalidOperationException("The roll-up has not all cells.");
            }
        }

        async Task TraceOneAsync() =>
            await CountedTrace.RunAsync(node, TraceRows.AnyVehicle(shape, traced++), TraceDirection.Backward, stop);
    }

    private static bool IsSmoke(Bench bench) => bench.Scale == Scale.Smoke;

    private static PlantedCause CauseOf(int seed) => (PlantedCause)((seed % 6) + 1);

    private static async Task<CommonReport> FindAsync(NodeContainer node, CausePlant plant, CancellationToken stop)
    {
        await RecordAsync(node, plant, stop);
        var query = new CommonQuery
        {
            Bad = new ItemChoice { Identifiers = plant.BadStacks },
            Good = new ItemChoice { Identifiers = plant.GoodStacks },
        };
        return (await node.Get<CommonCauses>().FindAsync(query, Caller.CommandLine, stop)).Value;
    }

    private static async Task RecordAsync(NodeContainer node, CausePlant plant, CancellationToken stop)
    {
        foreach (var events in plant.Events().Chunk(EventsAtOnce))
        {
            var recorded = await node.Get<EventRecorder>().RecordAsync(events, Caller.CommandLine, stop);
            if (Array.Find(recorded, static r => !r.IsOk).Error is { } error)
            {
                throw new InvalidOperationException(error.Message.En);
            }
        }
    }
}
