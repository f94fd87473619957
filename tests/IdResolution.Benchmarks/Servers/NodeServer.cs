using IdResolution.Benchmarks.Data;
using IdResolution.Core.Upstream;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Benchmarks.Servers;

/// <summary>The node, as <c>idnode serve</c> runs it.</summary>
internal static class NodeServer
{
    public static async Task<int> RunAsync(
        string data,
        long cacheBytes,
        string? database,
        string? upstream,
        int upstreamRate
    )
    {
        using var stop = StandardInput.CancelledAtEnd();
        // wrk leaves requests behind at its end; the node's lines about them are not for the table.
        var quiet = new Dictionary<string, string?> { ["Logging:LogLevel:IdResolution"] = "Warning" };
        var options = BenchNode.Options(data, cacheBytes, database);
        if (upstream is not null)
        {
            var secret = Path.Combine(data, "upstream.secret");
            await File.WriteAllTextAsync(secret, "any", stop.Token);
            options.Upstream = new UpstreamOptions
            {
                Url = upstream,
                User = "benchmarks",
                SecretFile = secret,
                Share = UpstreamShare.All,
                RatePerSecond = upstreamRate,
            };
        }
        return await NodeHost.RunAsync(
            options,
            new ConfigurationBuilder().AddInMemoryCollection(quiet).Build(),
            stop.Token
        );
    }
}
