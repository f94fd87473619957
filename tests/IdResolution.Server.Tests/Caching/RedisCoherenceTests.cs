using IdResolution.Testing;

namespace IdResolution.Server.Tests.Caching;

/// <summary>
/// Two nodes with one Redis: never older than acknowledged more than a second before, with messages and without.
/// </summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class RedisCoherenceTests
{
    private static int Held => Environment.GetEnvironmentVariable("IDR_TEST_LONG") == "1" ? 50_000 : 500;

    [TestCase(0, false)]
    [TestCase(0, true)]
    [TestCase(64 << 20, false)]
    public async Task WritesHere_ReadsThere_AreNeverOlderThanTheBound(int cacheBytes, bool messagesAreLost)
    {
        // A server that knows no PUBLISH loses every message.
        using var redis = await RedisServer.StartAsync(messagesAreLost ? ["--rename-command", "PUBLISH", ""] : []);
        await using var node = await RedisFixture.StartNodeAsync(redis.Configuration, cacheBytes: cacheBytes);
        await using var other = await RedisFixture.StartNodeAsync(
            redis.Configuration,
            node.Node.Directory.Path,
            cacheBytes
        );
        await RedisFixture.UsedAsync(node);
        await RedisFixture.UsedAsync(other);
        var run = new CoherenceRun(node, other);

        await run.RunAsync(Held);

        TestContext.Out.WriteLine(
            $"{run.Writes} writes, {run.Reads} reads, p99 {run.P99(default, TimeSpan.MaxValue):F1} ms; {redis.Cli("INFO", "stats").Split('\n').First(l => l.StartsWith("keyspace_hits", StringComparison.Ordinal))}"
        );
        // A busy machine may keep it from being believed for a moment.
        await RedisFixture.UsedAsync(node);
        await RedisFixture.UsedAsync(other);
        node.Log.AssertQuiet();
        other.Log.AssertQuiet();
    }
}
