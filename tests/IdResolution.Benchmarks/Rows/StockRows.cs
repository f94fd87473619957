using System.Globalization;
using System.Text.Json;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;
using IdResolution.Core.Events;
using Microsoft.Data.Sqlite;

namespace IdResolution.Benchmarks.Rows;

/// <summary>Pages of the stock of a place with very many items.</summary>
internal static class StockRows
{
    private const long MostItems = 100_000;
    private const int Callers = 16;
    private const int FarPage = 1_000;
    private const string Place = "hall 1";

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "stock-pages",
            "page 1,000 of the stock of a place with 10⁵ items, 100 lines",
            "page 1 of the same",
            "`wrk` (16 connections) asks for the same page again and again, with a registrar's key; the cursor of the far "
                + "page comes from the pages before it",
            PagesAsync
        ),
    ];

    private static async Task<Figures> PagesAsync(Bench bench, CancellationToken stop)
    {
        var data = bench.Scratch();
        var items = Math.Min(bench.Scale.Items, MostItems);
        await Generator.RunAsync(data, items, stop);
        var key = await BenchNode.KeyAsync(data, Role.Registrar, stop);
        Fill(data);
        await using var node = await Child.NodeAsync(data, 128L << 20);
        await NameAsync(node, key, stop);
        var first = $"/api/v1/stock?place={Uri.EscapeDataString(Place)}&limit=100";
        var far = await FarAsync(node, key, first, (int)Math.Min(FarPage, items / 100), stop);
        await RateAsync(first, bench.Scale.WarmUp);
        await RateAsync(far, bench.Scale.WarmUp);
        var rates = await bench.AlternateAsync(
            () => RateAsync(far, bench.Scale.Round),
            () => RateAsync(first, bench.Scale.Round)
        );
        // Page 1,000 takes at most 1.5 times as long.
        return Figures.OfRates(rates, 0.67);

        async Task<double> RateAsync(string path, TimeSpan time) =>
            (await Wrk.RunAsync(node.Http, Script(path, key), Callers, time)).Rate;
    }

    /// <summary>Puts all records at one place, as the reader of the log does that stands at the log's head.</summary>
    private static void Fill(string data)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "idnode.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO stock (place, item, unit, holder, template, quantity, age)
            SELECT @place, object, ' ', x'00', COALESCE(template, ''), '1', 0 FROM records;
            DELETE FROM log_readers WHERE name = 'stock';
            INSERT INTO log_readers (name, cursor) SELECT 'stock', value FROM counters WHERE name = 'log';
            """;
        command.Parameters.AddWithValue("@place", ItemKey.OfText(Place).Folded.Bytes);
        command.ExecuteNonQuery();
    }

    /// <summary>An event names the place: a place that nothing names is unknown.</summary>
    private static async Task NameAsync(Child node, string key, CancellationToken stop)
    {
        using var client = Client(node, key);
        using var body = new StringContent(
            $$"""{"type":"observe","time":"2026-03-01T08:00:00Z","place":"{{Place}}"}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        using var answer = await client.PostAsync(new Uri("/api/v1/events", UriKind.Relative), body, stop);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<string> FarAsync(Child node, string key, string first, int page, CancellationToken stop)
    {
        using var client = Client(node, key);
        var path = first;
        for (var i = 1; i < page; i++)
        {
            using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative), stop));
            path = $"{first}&after={answer.RootElement.GetProperty("next").GetString()}";
        }
        return path;
    }

    private static HttpClient Client(Child node, string key)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://{node.Http}") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    private static string Script(string path, string key) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            local text = "GET {{path}} HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer {{key}}\r\n\r\n"
            function request()
              return text
            end
            """
        );
}
