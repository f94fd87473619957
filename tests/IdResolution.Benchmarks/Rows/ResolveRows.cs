using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;

namespace IdResolution.Benchmarks.Rows;

/// <summary>Resolving over REST against a bare Kestrel endpoint that returns the same bytes.</summary>
internal static class ResolveRows
{
    private const string Against = "a bare Kestrel endpoint (`app.Run`) that returns the same body and headers";
    private const int Connections = 64;
    private const int Working = 1_000;
    private const long MaxRandom = 1_000_000;

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "resolve-cached",
            "resolve over REST, in L1, 64 connections",
            Against,
            "`wrk` (2 threads, 64 connections) asks for 1,000 identifiers at random without a key; node and "
                + "endpoint take turns under the same script",
            (bench, stop) => CachedAsync(bench, role: null, stop)
        ),
        new(
            "resolve-cached-key",
            "the same with a reader's key",
            Against,
            "as above with `Authorization: Bearer`, the answer holding all attributes",
            (bench, stop) => CachedAsync(bench, Role.Reader, stop)
        ),
        new(
            "partner-l1",
            "resolve over REST in L1 by a partner with 50 grants, 64 connections",
            "the same by a reader, who sees the same",
            "as above; the partner and the reader take turns at one node",
            PartnerAsync
        ),
        new(
            "resolve-random",
            "resolve over REST, random over 1,000,000 identifiers, L1 of 64 MiB",
            Against,
            "as the first row, at random over the first 1,000,000 identifiers (over all where there are fewer), "
                + "most of which L1 does not hold",
            RandomAsync
        ),
    ];

    private static async Task<Figures> CachedAsync(Bench bench, Role? role, CancellationToken stop)
    {
        var data = await bench.DataAsync(bench.Scale.Items, stop);
        var key = role is null ? null : await BenchNode.KeyAsync(data, role.Value, stop);
        return Figures.OfRates(await CompareAsync(bench, data, 128L << 20, Working, key), role is null ? 0.85 : null);
    }

    private static async Task<Figures> PartnerAsync(Bench bench, CancellationToken stop)
    {
        var data = await bench.DataAsync(bench.Scale.Items, stop);
        var partner = Scripts.Resolve(Working, await BenchNode.PartnerKeyAsync(data, 50, stop));
        var reader = Scripts.Resolve(Working, await BenchNode.KeyAsync(data, Role.Reader, stop));
        await using var node = await Child.NodeAsync(data, 128L << 20);
        await Wrk.RunAsync(node.Http, partner, Connections, bench.Scale.WarmUp);
        await Wrk.RunAsync(node.Http, reader, Connections, bench.Scale.WarmUp);
        var rates = await bench.AlternateAsync(
            async () => (await Wrk.RunAsync(node.Http, partner, Connections, bench.Scale.Round)).Rate,
            async () => (await Wrk.RunAsync(node.Http, reader, Connections, bench.Scale.Round)).Rate
        );
        return Figures.OfRates(rates, 0.7);
    }

    private static async Task<Figures> RandomAsync(Bench bench, CancellationToken stop)
    {
        var data = await bench.DataAsync(bench.Scale.Items, stop);
        return Figures.OfRates(
            await CompareAsync(bench, data, 64L << 20, Math.Min(MaxRandom, bench.Scale.Items), null),
            0.35
        );
    }

    private static async Task<(double Node, double Baseline)> CompareAsync(
        Bench bench,
        string data,
        long cacheBytes,
        long items,
        string? key
    )
    {
        await using var node = await Child.NodeAsync(data, cacheBytes);
        await using var baseline = await Child.BaselineAsync(node, Item.Identifier(Generator.Series, 1), key);
        var script = Scripts.Resolve(items, key);
        await Wrk.RunAsync(node.Http, script, Connections, bench.Scale.WarmUp);
        await Wrk.RunAsync(baseline.Http, script, Connections, bench.Scale.WarmUp);
        return await bench.AlternateAsync(
            async () => (await Wrk.RunAsync(node.Http, script, Connections, bench.Scale.Round)).Rate,
            async () => (await Wrk.RunAsync(baseline.Http, script, Connections, bench.Scale.Round)).Rate
        );
    }
}
