using IdResolution.Benchmarks.Data;
using IdResolution.Server.Hosting;

namespace IdResolution.Benchmarks.Servers;

/// <summary>The node, as <c>idnode serve</c> runs it.</summary>
internal static class NodeServer
{
    public static async Task<int> RunAsync(string data, long cacheBytes, string? database)
    {
        using var stop = StandardInput.CancelledAtEnd();
        // wrk leaves requests behind at its end; the node's lines about them are not for the table.
        var quiet = new Dictionary<string, string?> { ["Logging:LogLevel:IdResolution"] = "Warning" };
        return await NodeHost.RunAsync(
            BenchNode.Options(data, cacheBytes, database),
            new ConfigurationBuilder().AddInMemoryCollection(quiet).Build(),
            stop.Token
        );
    }
}
