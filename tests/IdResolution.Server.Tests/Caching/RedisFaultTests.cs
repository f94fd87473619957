using IdResolution.Server.Caching;

namespace IdResolution.Server.Tests.Caching;

/// <summary>
/// Redis is frozen while two nodes write and read: they go on, nothing gets stale, what it owes does not pile up, and it is used again by
/// itself. Its other ways to fail are tried on real processes.
/// </summary>
[TestFixture]
public sealed class RedisFaultTests
{
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Mended = TimeSpan.FromSeconds(1.5);

    [Test]
    public async Task Frozen_ThenThawed_IsPassedOverWithoutPilingUp()
    {
        using var redis = await RedisServer.StartAsync();
        await using var node = await RedisFixture.StartNodeAsync(redis.Configuration);
        await using var other = await RedisFixture.StartNodeAsync(redis.Configuration, node.Node.Directory.Path);
        await RedisFixture.UsedAsync(node);
        await RedisFixture.UsedAsync(other);
        var run = new CoherenceRun(node, other);
        var (begun, frozen) = (TimeSpan.Zero, TimeSpan.Zero);

        await run.RunAsync(async () =>
        {
            begun = run.Now;
            await Task.Delay(Calm);
            await RedisFixture.UntilAsync(() => run.Reads > 100, () => $"{run.Reads} reads");
            redis.Freeze();
            frozen = run.Now;
            await Task.Delay(Recovery + Measured);
            Assert.That(new[] { node, other }.Select(n => n.Node.Redis!.Connection?.Outstanding ?? 0), Is.All.LessThanOrEqualTo(2 * RedisConnection.MaxOutstanding));
            redis.Thaw();
            await Task.Delay(Mended);
        });

        var (before, after) = (run.P99(begun, frozen), run.P99(frozen + Recovery, TimeSpan.MaxValue));
        TestContext.Out.WriteLine($"{run.Writes} writes, {run.Reads} reads, p99 {before:F1} ms before and {after:F1} ms after");
        // Nobody waits for Redis any more: that would take its 50 ms, on top of what the machine takes anyhow, which is not the same from second to second.
        Assert.That(after, Is.LessThan(45 + (10 * before)));
        await RedisFixture.UsedAsync(node);
        await RedisFixture.UsedAsync(other);
        node.Log.AssertQuiet();
        other.Log.AssertQuiet();
    }
}
