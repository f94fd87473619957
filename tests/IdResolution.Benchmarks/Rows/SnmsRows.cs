using System.Text.Json;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;

namespace IdResolution.Benchmarks.Rows;

/// <summary>The SNMS protocol against REST: the same node, template and items.</summary>
internal static class SnmsRows
{
    public const string User = "benchmarks";
    public const string Secret = "benchmarks-of-snms";
    private const string Version = "bench-box";
    private const int Connections = 64;
    private const int BatchConnections = 4;
    private const int Batch = 1_000;
    private const int Working = 1_000;

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "snms-batch",
            "register over SNMS in batches of 1,000",
            "the same node's REST batch of 1,000, with the same template and attributes",
            "`wrk` (4 connections) posts batches of 1,000 new items of four attributes; both take turns",
            BatchAsync
        ),
        new(
            "snms-detail",
            "resolve over SNMS, in L1, 64 connections",
            "the same node's `GET /api/v1/identifiers/{id}` with a registrar's key",
            "`wrk` (2 threads, 64 connections) asks for 1,000 identifiers at random; both take turns",
            DetailAsync
        ),
    ];

    private static async Task<Figures> BatchAsync(Bench bench, CancellationToken stop)
    {
        var (data, key) = await PrepareAsync(bench, stop);
        await using var node = await Child.NodeAsync(data, 128L << 20);
        var token = await LogInAsync(node, stop);
        var acknowledged = 0L;
        await RateAsync(Scripts.SnmsBatch(token, Version, Batch), bench.Scale.WarmUp);
        await RateAsync(Scripts.PlainBatch(key, Version, Batch), bench.Scale.WarmUp);
        var before = Generator.Count(Path.Combine(data, "idnode.db"), Version);
        acknowledged = 0;
        var rates = await bench.AlternateAsync(
            () => RateAsync(Scripts.SnmsBatch(token, Version, Batch), bench.Scale.Round),
            () => RateAsync(Scripts.PlainBatch(key, Version, Batch), bench.Scale.Round)
        );
        // A refused item of a batch is no error of HTTP.
        var stored = Generator.Count(Path.Combine(data, "idnode.db"), Version) - before;
        return stored >= acknowledged
            ? Figures.OfRates(rates, 0.9)
            : throw new InvalidOperationException(
                $"{acknowledged} registrations were acknowledged, {stored} are stored."
            );

        async Task<double> RateAsync(string script, TimeSpan time)
        {
            var result = await Wrk.RunAsync(node.Http, script, BatchConnections, time);
            acknowledged += result.Requests * Batch;
            return result.Rate * Batch;
        }
    }

    private static async Task<Figures> DetailAsync(Bench bench, CancellationToken stop)
    {
        var (data, key) = await PrepareAsync(bench, stop);
        await using var node = await Child.NodeAsync(data, 128L << 20);
        var token = await LogInAsync(node, stop);
        using (var client = ClientOf(node, token))
        {
            var items = Enumerable
                .Range(1, Working)
                .Select(i => new
                {
                    handle = $"{Item.Prefix}/SNMS-{i:D10}",
                    templateVersion = Version,
                    value = Enumerable
                        .Range(0, 4)
                        .Select(a => new
                        {
                            index = 2000 + a,
                            type = $"a{a}",
                            data = new { format = "string", value = $"value {a} of {i}" },
                        }),
                });
            using var made = await client.PostAsJsonAsync("/identityv2/data/batchCreate", items, stop);
            var last = await client.GetStringAsync(
                new Uri($"/identityv2/data/detail?handle={Item.Prefix}/SNMS-{Working:D10}", UriKind.Relative),
                stop
            );
            if (!last.Contains("\"status\":1", StringComparison.Ordinal))
            {
                throw new InvalidOperationException(last);
            }
        }
        var snms = Scripts.Details($"/identityv2/data/detail?handle={Item.Prefix}%2FSNMS-", Working, token);
        var rest = Scripts.Details($"/api/v1/identifiers/{Item.Prefix}/SNMS-", Working, key);
        await Wrk.RunAsync(node.Http, snms, Connections, bench.Scale.WarmUp);
        await Wrk.RunAsync(node.Http, rest, Connections, bench.Scale.WarmUp);
        var rates = await bench.AlternateAsync(
            async () => (await Wrk.RunAsync(node.Http, snms, Connections, bench.Scale.Round)).Rate,
            async () => (await Wrk.RunAsync(node.Http, rest, Connections, bench.Scale.Round)).Rate
        );
        return Figures.OfRates(rates, 0.7);
    }

    /// <summary>A new node with an identity, and a registrar's key.</summary>
    public static async Task<(string Data, string Key)> PrepareAsync(Bench bench, CancellationToken stop)
    {
        var data = bench.Scratch();
        var key = await BenchNode.KeyAsync(data, Role.Registrar, stop);
        using var node = await BenchNode.OpenAsync(data, stop);
        await node.Get<KeyIssuer>().CreateAsync(new NewKey(Role.Registrar, User, Secret: Secret), Caller.Node, stop);
        return (data, key);
    }

    /// <summary>Logs in.</summary>
    public static async Task<string> TokenAsync(Child node, CancellationToken stop)
    {
        using var anonymous = ClientOf(node, null);
        using var answer = await anonymous.PostAsJsonAsync(
            "/identity/token",
            new { username = User, password = Secret },
            stop
        );
        var envelope = await answer.Content.ReadFromJsonAsync<JsonElement>(stop);
        return envelope.GetProperty("data").GetProperty("token").GetString()!;
    }

    /// <summary>Logs in and makes the template.</summary>
    private static async Task<string> LogInAsync(Child node, CancellationToken stop)
    {
        var token = await TokenAsync(node, stop);
        using var client = ClientOf(node, token);
        using var made = await client.PostAsJsonAsync(
            "/snms/api/v5/template",
            new
            {
                prefix = Item.Prefix,
                version = Version,
                industryCategory = "C",
                industrySpecific = "15",
                industryTrade = "151",
                industrySubclass = "1512",
                type = 2,
                items = Enumerable
                    .Range(0, 4)
                    .Select(a => new
                    {
                        name = $"属性{a}",
                        idType = $"a{a}",
                        idIndex = 2000 + a,
                        required = true,
                        metadata = new
                        {
                            type = "string",
                            minLength = 1,
                            maxLength = 255,
                        },
                    }),
            },
            stop
        );
        made.EnsureSuccessStatusCode();
        return token;
    }

    private static HttpClient ClientOf(Child node, string? token)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://{node.Http}") };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new("Bearer", token);
        return client;
    }
}
