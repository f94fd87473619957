using IdResolution.Benchmarks.Data;
using IdResolution.Server.Hosting;

namespace IdResolution.Benchmarks.Servers;

/// <summary>The node, as <c>idnode serve</c> runs it.</summary>
internal static class NodeServer
{
    public static async Task<int> RunAsync(string data, long cacheBytes)
    {
        using var stop = StandardInput.CancelledAtEnd();
        return await NodeHost.RunAsync(BenchNode.Options(data, cacheBytes), new ConfigurationBuilder().Build(), stop.Token);
    }
}
