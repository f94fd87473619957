using System.Globalization;
using IdResolution.Benchmarks.Data;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace IdResolution.Benchmarks.Rows;

/// <summary>Counting the quality archive, in process, against one query on the same file.</summary>
internal static class QualityRows
{
    private const int Each = 10;
    private const int Batch = 1_000;
    private const int Days = 30;
    private const int Machines = 10;

    private static readonly DateTimeOffset s_first = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "quality-day-machine",
            "`quality` by day and machine over 10⁶ measurements of 10⁵ inspections, answers a second",
            "the same counts as one SQL query on the same file, in process, by Microsoft.Data.Sqlite",
            "in one process and in turn; 30 days, 10 machines, 10 measurements with limits an inspection; both have found "
                + "the same counts",
            CompareAsync
        ),
    ];

    private static async Task<Figures> CompareAsync(Bench bench, CancellationToken stop)
    {
        var data = bench.Scratch();
        await Generator.RunAsync(data, Machines, stop);
        using var node = await BenchNode.OpenAsync(data, stop);
        await FillAsync(node, Math.Min(bench.Scale.Items, 1_000_000) / Each, stop);
        using var connection = SqliteDatabase
            .Open(Path.Combine(data, SqliteDatabase.FileName), TimeProvider.System)
            .Connect(readOnly: true);
        var (ofNode, ofQuery) = (await AskAsync(node, stop), Query(connection));
        if (ofNode != ofQuery)
        {
            throw new InvalidOperationException($"The node counts {ofNode}, the query {ofQuery}.");
        }
        var rates = await bench.AlternateAsync(
            () => Bench.RoundAsync(() => AskAsync(node, stop), bench.Scale.Round),
            () => Bench.RoundAsync(() => Task.FromResult(Query(connection)), bench.Scale.Round)
        );
        return Figures.OfRates(rates, 0.8) with
        {
            Node = $"{1000 / rates.Node:F0} ms",
            Baseline = $"{1000 / rates.Baseline:F0} ms",
        };
    }

    private static async Task FillAsync(NodeContainer node, long inspections, CancellationToken stop)
    {
        var recorder = node.Get<EventRecorder>();
        for (var begin = 0L; begin < inspections; begin += Batch)
        {
            var events = new List<Result<EventRequest>>();
            for (var i = begin; i < Math.Min(inspections, begin + Batch); i++)
            {
                events.Add(Inspection(i, inspections));
            }
            foreach (var result in await recorder.RecordAsync(events, Caller.CommandLine, stop))
            {
                _ = result.TryGet(out _, out var error) ? 0 : throw new InvalidOperationException(error.Message.En);
            }
        }
    }

    private static EventRequest Inspection(long number, long all)
    {
        var time = s_first.AddSeconds(number * Days * 86_400.0 / all);
        return new EventRequest
        {
            Type = "inspect",
            Time = time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            Items = [new ThingRequest { Identifier = $"88.300.15907541011/Q-{number}" }],
            Equipment = [new ThingRequest { Text = $"bench {number % Machines}" }],
            Step = new ThingRequest { Text = "test" },
            Measurements =
            [
                .. Enumerable
                    .Range(0, Each)
                    .Select(m => new EventMeasurement
                    {
                        Characteristic = $"cell {m}",
                        Value = ((number * 7 + m) % 1_000).ToString(CultureInfo.InvariantCulture),
                        Unit = "MLT",
                        Low = "0",
                        High = "990",
                    }),
            ],
        };
    }

    /// <summary>Asks the node; what it counted in all, with the number of rows.</summary>
    private static async Task<(int Rows, long Inspected, long Failed, long Measured, long Beyond)> AskAsync(
        NodeContainer node,
        CancellationToken stop
    )
    {
        var filter = new QualityFilter
        {
            By = ["day", "machine"],
            From = Core.Primitives.Micros.Of(s_first),
            To = Core.Primitives.Micros.Of(s_first.AddDays(Days + 1)),
            Limit = QualityReader.MaxRows,
        };
        var read = await node.Get<QualityReader>().ReadAsync(filter, Caller.CommandLine, stop);
        if (!read.TryGet(out var report, out var error))
        {
            throw new InvalidOperationException(error.Message.En);
        }
        while (report.Behind > 0)
        {
            report = (await node.Get<QualityReader>().ReadAsync(filter, Caller.CommandLine, stop)).Value;
        }
        return (
            report.Lines.Count,
            report.Lines.Sum(l => l.Counts.Inspected),
            report.Lines.Sum(l => l.Counts.Failed),
            report.Lines.Sum(l => l.Counts.Measured),
            report.Lines.Sum(l => l.Counts.OutOfLimits)
        );
    }

    private static (int Rows, long Inspected, long Failed, long Measured, long Beyond) Query(
        SqliteConnection connection
    )
    {
        using var command = connection.CreateCommand();
        // Shanghai's day. First inspections and defects are counted too, as the node counts them.
        command.CommandText = """
            SELECT (q.time + 28800000000) / 86400000000, m.item,
                SUM(q.kind = 1), SUM(q.kind = 1 AND q.value = 1), SUM(q.kind = 2),
                SUM(q.kind = 2 AND (q.value < q.low OR q.value > q.high)), SUM(CASE WHEN q.kind = 3 THEN q.value END),
                SUM(q.kind = 1 AND NOT EXISTS (
                    SELECT 1 FROM event_members i
                    JOIN event_members e ON e.item = i.item AND e.role = i.role AND e.time < i.time
                    JOIN quality p ON p.kind = 1 AND p.time = e.time AND p.event = e.event AND p.step = q.step
                    WHERE i.event = q.event AND i.role = q.role AND i.row = q.member
                ))
            FROM quality q LEFT JOIN event_members m ON m.event = q.event AND m.role = 7
            WHERE q.kind IN (1, 2, 3) AND q.time >= 1772323200000000 AND q.time < 1775001600000000
            GROUP BY 1, 2
            """;
        using var reader = command.ExecuteReader();
        var sums = (Rows: 0, Inspected: 0L, Failed: 0L, Measured: 0L, Beyond: 0L);
        while (reader.Read())
        {
            sums = (
                sums.Rows + 1,
                sums.Inspected + reader.GetInt64(2),
                sums.Failed + reader.GetInt64(3),
                sums.Measured + reader.GetInt64(4),
                sums.Beyond + reader.GetInt64(5)
            );
        }
        return sums;
    }
}
