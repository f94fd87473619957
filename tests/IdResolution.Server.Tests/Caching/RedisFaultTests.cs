using IdResolution.Server.Caching;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Caching;

/// <summary>
/// Redis is frozen while two nodes write and read: they go on, nothing gets stale, what it owes does not pile up, and
/// it is used again by itself. Its other ways to fail are tried on real processes.
/// </summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class RedisFaultTests
{
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(1);

    private RedisServer _redis = null!;
    private TestNode _node = null!;
    private TestNode _other = null!;
    private CoherenceRun _run = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _redis = await RedisServer.StartAsync();
        _node = await RedisFixture.StartNodeAsync(_redis.Configuration);
        _other = await RedisFixture.StartNodeAsync(_redis.Configuration, _node.Node.Directory.Path);
        await UsedAsync();
        _run = new CoherenceRun(_node, _other);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _other.DisposeAsync();
        await _node.DisposeAsync();
        _redis.Dispose();
    }

    [Test]
    public async Task Frozen_ThenThawed_IsPassedOverWithoutPilingUp()
    {
        await _run.RunAsync(async () =>
        {
            await ReadMoreAsync();
            _redis.Freeze();
            await RedisFixture.UntilAsync(() => Nodes.All(n => n.Node.SharedCache.IsDegraded), () => "still believed");
            await ReadMoreAsync();
            Assert.That(
                Nodes.Select(n => n.Node.Redis!.Connection?.Outstanding ?? 0),
                Is.All.LessThanOrEqualTo(2 * RedisConnection.MaxOutstanding)
            );
            _redis.Thaw();
            await UsedAsync();
            var held = _run.Held;
            await RedisFixture.UntilAsync(() => _run.Held > held + 200, () => $"{_run.Held} reads held");
        });

        await UsedAsync();
        _node.Log.AssertQuiet();
        _other.Log.AssertQuiet();
    }

    [Test]
    [Category(Lane.Soak)]
    public async Task Frozen_NobodyWaitsForIt()
    {
        var (begun, frozen) = (TimeSpan.Zero, TimeSpan.Zero);

        await _run.RunAsync(async () =>
        {
            begun = _run.Now;
            await Task.Delay(Calm);
            await ReadMoreAsync();
            _redis.Freeze();
            frozen = _run.Now;
            await Task.Delay(Recovery + Measured);
            _redis.Thaw();
        });

        var (before, after) = (_run.P99(begun, frozen), _run.P99(frozen + Recovery, TimeSpan.MaxValue));
        TestContext.Out.WriteLine(
            $"{_run.Writes} writes, {_run.Reads} reads, p99 {before:F1} ms before and {after:F1} ms after"
        );
        // Nobody waits for Redis any more: that would take its 50 ms, on top of what the machine takes anyhow, which is
        // not the same from second to second.
        Assert.That(after, Is.LessThan(45 + (10 * before)));
    }

    private TestNode[] Nodes => [_node, _other];

    private async Task UsedAsync()
    {
        await RedisFixture.UsedAsync(_node);
        await RedisFixture.UsedAsync(_other);
    }

    private Task ReadMoreAsync()
    {
        var reads = _run.Reads;
        return RedisFixture.UntilAsync(() => _run.Reads > reads + 200, () => $"{_run.Reads - reads} reads");
    }
}
