using System.Diagnostics;
using System.Globalization;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Registration;
using IdResolution.Core.Traceability;
using IdResolution.Server.Hosting;

namespace IdResolution.Benchmarks.Rows;

/// <summary>What is reckoned of lots: scans of one that was used often, and traces that are answered as a whole.</summary>
internal static class LotRows
{
    private const int ManyUses = 100_000;
    private const int FewUses = 10;

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "scan-intent-lot",
            "scans with intent `use` of a lot with 100,000 uses, a second",
            "the same of a lot with 10",
            "in one process and in turn; an event for each use, each with its quantity",
            ScanAsync
        ),
        new(
            "trace-backward-report",
            "trace a vehicle of about 1,000 items backward with quantities, balances and findings, traces a second",
            "the bare trace of the same",
            "in one process and in turn, over other vehicles each time; of the bare trace nothing is kept",
            ReportAsync
        ),
    ];

    private static async Task<Figures> ScanAsync(Bench bench, CancellationToken stop)
    {
        using var node = await BenchNode.OpenAsync(bench.Scratch(), stop);
        var uses = bench.Scale == Scale.Smoke ? 1_000 : ManyUses;
        var (large, small) = (await LotAsync(node, "LARGE", uses, stop), await LotAsync(node, "SMALL", FewUses, stop));
        await FollowAsync(node, stop);
        await Bench.RoundAsync(() => OneAsync(large), bench.Scale.WarmUp / 2);
        await Bench.RoundAsync(() => OneAsync(small), bench.Scale.WarmUp / 2);
        var (ofLarge, ofSmall) = await bench.AlternateAsync(
            () => Bench.RoundAsync(() => OneAsync(large), bench.Scale.Round),
            () => Bench.RoundAsync(() => OneAsync(small), bench.Scale.Round)
        );
        return new Figures(
            $"{ofLarge:F0}/s ({1000 / ofLarge:F2} ms)",
            $"{ofSmall:F0}/s ({1000 / ofSmall:F2} ms)",
            $"{ofLarge / ofSmall:F3}",
            "reported",
            null
        );

        async Task OneAsync(Identifier lot)
        {
            var intent = new ScanIntent
            {
                Do = "use",
                Quantity = "1",
                Unit = "KGM",
            };
            var judged = await node.Get<IntentJudge>().JudgeAsync(lot, intent, Caller.Node, stop);
            if (judged is not { IsOk: true, Value.IsAllowed: true })
            {
                throw new InvalidOperationException($"{lot} may not be used: {judged}");
            }
        }
    }

    /// <summary>Has the stock read what was recorded: a scan of what has a first-out rule waits for it.</summary>
    private static async Task FollowAsync(NodeContainer node, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        for (var behind = 1L; behind > 0; )
        {
            var page = ValueOf(
                await node.Get<StockReader>().ListAsync(new StockFilter { Limit = 1 }, Caller.Node, stop)
            );
            behind = page.Behind;
            await Console.Error.WriteLineAsync(
                $"  stock: {behind:N0} entries behind, {clock.Elapsed.TotalSeconds:F0} s"
            );
        }
    }

    private static async Task<Figures> ReportAsync(Bench bench, CancellationToken stop)
    {
        var (data, shape) = await bench.PlantAsync(bench.Scale.Items, stop);
        using var node = await BenchNode.OpenAsync(data, stop);
        var (reported, traced) = (0, 0);
        await Bench.RoundAsync(WholeAsync, bench.Scale.WarmUp / 2);
        await Bench.RoundAsync(BareAsync, bench.Scale.WarmUp / 2);
        var (whole, bare) = await bench.AlternateAsync(
            () => Bench.RoundAsync(WholeAsync, bench.Scale.Round),
            () => Bench.RoundAsync(BareAsync, bench.Scale.Round)
        );
        return new Figures(
            $"{whole:F1}/s ({1000 / whole:F1} ms)",
            $"{bare:F1}/s ({1000 / bare:F1} ms)",
            $"{whole / bare:F2}",
            "reported",
            null
        );

        async Task WholeAsync()
        {
            var query = new TraceQuery
            {
                Root = Identifier.Parse(TraceRows.AnyVehicle(shape, reported++)).Value,
                Direction = TraceDirection.Backward,
                Budget = TraceQuery.MaxBudget,
            };
            using var report = ValueOf(await node.Get<Tracer>().ReportAsync(query, null, Caller.Node, stop));
            if (!report.End.IsComplete)
            {
                throw new InvalidOperationException($"The trace of {query.Root} is not whole.");
            }
        }

        Task BareAsync() =>
            CountedTrace.RunAsync(node, TraceRows.AnyVehicle(shape, traced++), TraceDirection.Backward, stop);
    }

    /// <summary>Makes a lot and uses it so often, half a kilogram and a bit each time.</summary>
    private static async Task<Identifier> LotAsync(NodeContainer node, string name, int uses, CancellationToken stop)
    {
        var lot = $"{Item.Prefix}/LOT-{name}";
        var item = new RegistrationRequest { Template = "ionomer-lot", Identifier = lot };
        ValueOf((await node.Get<Registrar>().RegisterAsync([item], Caller.Node, stop))[0]);
        var made = Event($"{name}-made") with { Outputs = [Part(lot, uses)] };
        var used = Enumerable
            .Range(0, uses)
            .Select(i =>
                Event($"{name}-{i}") with
                {
                    Inputs = [Part(lot, 0.5m + (i % 1_000 * 0.0001m))],
                    Outputs = [new ThingRequest { Text = $"urn:bench:{name}:{i}" }],
                }
            );
        foreach (var some in used.Prepend(made).Chunk(1_000))
        {
            foreach (var result in await node.Get<EventRecorder>().RecordAsync(some, Caller.Node, stop))
            {
                ValueOf(result);
            }
        }
        return Identifier.Parse(lot).Value;
    }

    private static EventRequest Event(string key) =>
        new()
        {
            Type = "transform",
            Time = "2025-06-01T08:00:00Z",
            Source = Item.Source,
            SourceKey = key,
        };

    private static ThingRequest Part(string lot, decimal quantity) =>
        new()
        {
            Identifier = lot,
            Quantity = quantity.ToString(CultureInfo.InvariantCulture),
            Unit = "KGM",
        };

    private static T ValueOf<T>(Result<T> result)
        where T : notnull =>
        result.TryGet(out var value, out var error) ? value : throw new InvalidOperationException(error.Message.En);
}
