using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;

namespace IdResolution.Benchmarks.Rows;

/// <summary>gRPC against a service that does nothing, and against REST.</summary>
internal static class GrpcRows
{
    private const int Connections = 4;
    private const int Streams = 16;
    private const int Batch = 1_000;

    // Fewer items together than the coding rule has numbers for a day: 999,999.
    private const int BatchesPerSecond = 20;

    private const string BatchPath = "/api/v1/identifiers:batch";

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "grpc-resolve",
            "resolve over gRPC, in L1, 4 connections of 16 streams",
            "a Grpc.AspNetCore service whose method returns a constant message of the same bytes",
            "`h2load` (2 threads) asks `Resolver/Resolve` for one identifier, the body of its requests being "
                + "always the same, without a key; node and service take turns with the same number of requests; "
                + "their answers are compared byte by byte before, counted in bytes after each round",
            (bench, stop) => ResolveAsync(bench, bare: false, 0.85, stop)
        ),
        new(
            "grpc-resolve-bare",
            "the same",
            "a bare Kestrel endpoint (`app.Run`) that writes the same bytes and trailers over HTTP/2",
            "as above",
            (bench, stop) => ResolveAsync(bench, bare: true, null, stop)
        ),
        new(
            "grpc-register",
            "register over `RegisterStream`, 1,000 items a stream, 4 connections",
            "the same items over REST in batches of 1,000, 4 connections",
            "`h2load` posts the same 1,000 items again and again, to which the node gives identifiers by their "
                + "coding rule, with a registrar's key; each of the two has a node with a new data directory of "
                + "its own and the same number of items each round; the answers to a first call are read, all "
                + "items are counted in the databases",
            RegisterAsync
        ),
    ];

    private static async Task<Figures> ResolveAsync(Bench bench, bool bare, double? target, CancellationToken stop)
    {
        var identifier = Item.Identifier(Generator.Series, 1);
        await using var node = await Child.NodeAsync(await bench.DataAsync(bench.Scale.Items, stop), 128L << 20);
        await using var baseline = await Child.GrpcBaselineAsync(node, identifier, bare);
        var question = GrpcCalls.Resolve(identifier);
        var answer = await GrpcClient.AskAsync(node.Grpc, GrpcCalls.ResolvePath, question, null, stop);
        var same = await GrpcClient.AskAsync(baseline.Grpc, GrpcCalls.ResolvePath, question, null, stop);
        if (!answer.AsSpan().SequenceEqual(same))
        {
            throw new InvalidOperationException("Node and baseline answer with different bytes.");
        }
        var body = bench.Scratch();
        await File.WriteAllBytesAsync(body, question, stop);
        var (ofNode, ofBaseline) = (Call(node.Grpc), Call(baseline.Grpc));
        var requests = (long)(await H2Load.WarmUpAsync(ofNode, bench.Scale.WarmUp) * bench.Scale.Round.TotalSeconds);
        await H2Load.WarmUpAsync(ofBaseline, bench.Scale.WarmUp);
        return Figures.OfRates(
            await bench.AlternateAsync(() => RateAsync(ofNode), () => RateAsync(ofBaseline)),
            target
        );

        H2Call Call(IPEndPoint server) =>
            new(
                new Uri($"http://{server}{GrpcCalls.ResolvePath}"),
                body,
                GrpcCalls.Headers(null),
                Connections,
                Streams
            );

        async Task<double> RateAsync(H2Call call)
        {
            var result = await H2Load.RunAsync(call, requests);
            // An error has no message: as many bytes as that many answers have means that all were answers.
            return result.Bytes == requests * answer.Length
                ? result.Rate
                : throw new InvalidOperationException(
                    $"{requests} answers of {call.Url} have {result.Bytes} bytes together, not {answer.Length} each."
                );
        }
    }

    private static async Task<Figures> RegisterAsync(Bench bench, CancellationToken stop)
    {
        await using var grpc = await NodeUnderLoad.StartAsync(bench, stop);
        await using var rest = await NodeUnderLoad.StartAsync(bench, stop);
        var stream = GrpcCalls.Register(Batch);
        var batch = Encoding.UTF8.GetBytes(
            $$"""{"items":[{{string.Join(",", Enumerable.Range(0, Batch).Select(Unnamed))}}]}"""
        );
        await CheckStreamAsync(grpc, stream, stop);
        await CheckBatchAsync(rest, batch, stop);
        var overGrpc = new H2Call(
            new Uri($"http://{grpc.Server.Grpc}{GrpcCalls.RegisterStreamPath}"),
            await KeptAsync(bench, stream, stop),
            GrpcCalls.Headers(grpc.Key),
            Connections,
            1
        );
        string[] headers = ["content-type: application/json", $"authorization: Bearer {rest.Key}"];
        var overRest = new H2Call(
            new Uri($"http://{rest.Server.Http}{BatchPath}"),
            await KeptAsync(bench, batch, stop),
            headers,
            Connections,
            1,
            Http1: true
        );
        await RateAsync(grpc, overGrpc, bench.Scale.WarmUp);
        await RateAsync(rest, overRest, bench.Scale.WarmUp);
        return Figures.OfRates(
            await bench.AlternateAsync(
                () => RateAsync(grpc, overGrpc, bench.Scale.Round),
                () => RateAsync(rest, overRest, bench.Scale.Round)
            ),
            target: 1
        );
    }

    private static async Task<double> RateAsync(NodeUnderLoad node, H2Call call, TimeSpan time)
    {
        var (batches, before) = ((long)(time.TotalSeconds * BatchesPerSecond), node.Count());
        var result = await H2Load.RunAsync(call, batches);
        var stored = node.Count() - before;
        return stored == batches * Batch
            ? result.Rate * Batch
            : throw new InvalidOperationException(
                $"{call.Url} answered {batches * Batch} registrations, {stored} are stored."
            );
    }

    private static async Task CheckStreamAsync(NodeUnderLoad node, byte[] stream, CancellationToken stop)
    {
        var answer = GrpcClient.Messages(
            await GrpcClient.AskAsync(node.Server.Grpc, GrpcCalls.RegisterStreamPath, stream, node.Key, stop)
        );
        var created = answer.Count(m =>
            V1.RegisterResult.Parser.ParseFrom(m) is { Registered.Outcome: V1.RegisterOutcome.Created }
        );
        Check(created, answer.Count);
    }

    private static async Task CheckBatchAsync(NodeUnderLoad node, byte[] batch, CancellationToken stop)
    {
        using var client = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", node.Key) } };
        using var content = new ByteArrayContent(batch)
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        using var response = await client.PostAsync(new Uri($"http://{node.Server.Http}{BatchPath}"), content, stop);
        using var answer = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(stop));
        var items = answer.RootElement.GetProperty("items");
        Check(
            items.EnumerateArray().Count(i => i.GetProperty("status").GetInt32() == StatusCodes.Status201Created),
            items.GetArrayLength()
        );
    }

    private static void Check(int created, int answered)
    {
        if ((created, answered) != (Batch, Batch))
        {
            throw new InvalidOperationException($"{answered} of {Batch} items were answered, {created} as created.");
        }
    }

    private static async Task<string> KeptAsync(Bench bench, byte[] body, CancellationToken stop)
    {
        var file = bench.Scratch();
        await File.WriteAllBytesAsync(file, body, stop);
        return file;
    }

    private static string Unnamed(int item) =>
        $$"""{"template":"{{Item.Template}}","attributes":{{Item.AttributesJson(item % Item.Variants)}}}""";
}
