using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;
using Microsoft.Data.Sqlite;

namespace IdResolution.Benchmarks.Rows;

/// <summary>Events taken in, against registrations that write as many rows; scans with an intent.</summary>
internal static class EventRows
{
    private const int Callers = 64;
    private const int Batch = 1_000;
    private const int BatchConnections = 4;
    private const long Items = 20_000;

    private static readonly string[] s_tables =
    [
        "change_log",
        "versions",
        "records",
        "business_keys",
        "search_values",
        "unique_values",
        "events",
        "event_members",
        "unregistered",
    ];

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "events-single",
            "events one by one over REST, 64 callers at once, durable",
            "registrations of as many table rows on the same node",
            "`wrk` (64 connections) sends a new event each time, with a key of its own, of four members, 20,000 items "
                + "in their order, or posts a new item, eight attributes; the rows of all tables are counted before "
                + "and after, and the node's processor time",
            (bench, stop) => TakenAsync(bench, key => EventScripts.One(key, Items), Scripts.Register, Callers, 1, stop)
        ),
        new(
            "events-batch",
            "events over REST in batches of 1,000",
            "registrations of as many table rows in batches of 1,000 on the same node",
            "as `events-single`, 4 connections",
            (bench, stop) =>
                TakenAsync(
                    bench,
                    key => EventScripts.Batch(key, Items, Batch),
                    key => Scripts.RegisterBatch(key, Batch),
                    BatchConnections,
                    Batch,
                    stop
                )
        ),
        new(
            "scan-intent",
            "`scan` with intent `use` of an item without findings, 64 connections",
            "`scan` of the same items without intent",
            "`wrk` (64 connections) scans 300 cells in stock of a plant of 10⁶ items at random, with a reader's key",
            ScanAsync
        ),
    ];

    private static async Task<Figures> TakenAsync(
        Bench bench,
        Func<string, string> events,
        Func<string, string> items,
        int connections,
        int each,
        CancellationToken stop
    )
    {
        var data = bench.Scratch();
        await Generator.RunAsync(data, Items, stop);
        var key = await BenchNode.KeyAsync(data, Role.Registrar, stop);
        await using var node = await Child.NodeAsync(data, 128L << 20);
        await RunAsync(events, bench.Scale.WarmUp);
        await RunAsync(items, bench.Scale.WarmUp);
        var (ofEvents, ofItems) = (default(Written), default(Written));
        var rates = await bench.AlternateAsync(
            () => CountedAsync(events, written => ofEvents += written),
            () => CountedAsync(items, written => ofItems += written)
        );
        var figures = Figures.OfRates(rates, 0.8);
        var (rowsOfEvent, rowsOfItem) = (ofEvents.RowsEach, ofItems.RowsEach);
        // What wrk leaves unanswered at its end was written too.
        return Math.Abs(rowsOfEvent - rowsOfItem) < 0.5
            ? figures with
            {
                Node = $"{figures.Node}, {ofEvents}",
                Baseline = $"{figures.Baseline}, {ofItems}",
            }
            : throw new InvalidOperationException(
                $"An event wrote {rowsOfEvent:F1} rows, a registration {rowsOfItem:F1}."
            );

        async Task<double> CountedAsync(Func<string, string> script, Action<Written> add)
        {
            var before = (Rows: Count(data), Time: node.ProcessorTime());
            var rate = await RunAsync(script, bench.Scale.Round);
            var after = (Rows: Count(data), Time: node.ProcessorTime());
            add(
                new Written(
                    after.Rows.Entries - before.Rows.Entries,
                    after.Rows.All - before.Rows.All,
                    after.Time - before.Time
                )
            );
            return rate;
        }

        async Task<double> RunAsync(Func<string, string> script, TimeSpan time) =>
            (await Wrk.RunAsync(node.Http, script(key), connections, time)).Rate * each;
    }

    private static async Task<Figures> ScanAsync(Bench bench, CancellationToken stop)
    {
        var (data, shape) = await bench.PlantAsync(Math.Min(bench.Scale.Items, 1_000_000), stop);
        var key = await BenchNode.KeyAsync(data, Role.Reader, stop);
        await using var node = await Child.NodeAsync(data, 128L << 20);
        var plain = EventScripts.Scan(key, shape, "");
        var intent = EventScripts.Scan(key, shape, ",\"intent\":{\"do\":\"use\"}");
        await CheckAsync(node, key, shape, stop);
        await Wrk.RunAsync(node.Http, intent, Callers, bench.Scale.WarmUp);
        await Wrk.RunAsync(node.Http, plain, Callers, bench.Scale.WarmUp);
        var rates = await bench.AlternateAsync(
            async () => (await Wrk.RunAsync(node.Http, intent, Callers, bench.Scale.Round)).Rate,
            async () => (await Wrk.RunAsync(node.Http, plain, Callers, bench.Scale.Round)).Rate
        );
        return Figures.OfRates(rates, 0.5);
    }

    /// <summary>The items scanned have no findings.</summary>
    private static async Task CheckAsync(Child node, string key, PlantShape shape, CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{node.Http}") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var text = PlantItem.Cell(0, PlantItem.Stock(shape).First);
        using var body = new StringContent(
            $$$"""{"text":"{{{text}}}","intent":{"do":"use"}}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        using var response = await client.PostAsync(new Uri("/api/v1/scan", UriKind.Relative), body, stop);
        var answer = await response.Content.ReadAsStringAsync(stop);
        if (!answer.Contains("\"allowed\":true", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{text} has findings: {answer}");
        }
    }

    /// <summary>The entries of the log, and the rows of all tables, at one moment.</summary>
    private static (long Entries, long All) Count(string data)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(data, "idnode.db")};Mode=ReadOnly;Pooling=False"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        var all = string.Join(" + ", s_tables.Select(table => $"(SELECT COUNT(*) FROM {table})"));
        command.CommandText = $"SELECT (SELECT COUNT(*) FROM {s_tables[0]}), {all}";
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>What was written in rounds, and the processor time that it took the node.</summary>
    private readonly record struct Written(long Sent, long Rows, TimeSpan Time)
    {
        public double RowsEach => (double)Rows / Sent;

        public static Written operator +(Written a, Written b) =>
            new(a.Sent + b.Sent, a.Rows + b.Rows, a.Time + b.Time);

        public override string ToString() =>
            $"{RowsEach:F1} rows and {Time.TotalMicroseconds / Sent:F0} µs of processor time each";
    }
}
