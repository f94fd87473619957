using System.Diagnostics;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Caching;

/// <summary>What tests of nodes with Redis share.</summary>
internal static class RedisFixture
{
    /// <summary>Starts a node with a Redis and, unless told otherwise, without an L1.</summary>
    public static Task<TestNode> StartNodeAsync(
        string configuration,
        string? data = null,
        long cacheBytes = 0,
        Action<NodeOptions>? configure = null
    ) =>
        TestNode.StartAsync(
            options =>
            {
                options.Redis.Configuration = configuration;
                options.Cache.Bytes = cacheBytes;
                configure?.Invoke(options);
            },
            data: data
        );

    /// <summary>Waits until a node uses its Redis.</summary>
    public static Task UsedAsync(TestNode node) =>
        UntilAsync(() => !node.Node.SharedCache.IsDegraded, () => $"not used: {node.Node.SharedCache.Reason}");

    public static async Task UntilAsync(Func<bool> holds, Func<string> what, double seconds = 60)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.That(watch.Elapsed.TotalSeconds, Is.LessThan(seconds), what());
            await Task.Delay(10);
        }
    }

    public static ValueTask<CachedRecord> ResolveAsync(this TestNode node, string identifier) =>
        node.Node.Resolver.ResolveAsync(LookupKey.Of(identifier), CancellationToken.None);
}
