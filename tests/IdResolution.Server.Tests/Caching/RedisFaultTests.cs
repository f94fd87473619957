using IdResolution.Server.Caching;
using IdResolution.Server.Tests.Rest;

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

    private RedisServer _redis = null!;
    private TestNode _node = null!;
    private TestNode _other = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _redis = await RedisServer.StartAsync();
        _node = await RedisFixture.StartNodeAsync(_redis.Configuration);
        _other = await RedisFixture.StartNodeAsync(_redis.Configuration, _node.Node.Directory.Path);
    }

    [SetUp]
    public async Task AwaitUseAsync()
    {
        await RedisFixture.UsedAsync(_node);
        await RedisFixture.UsedAsync(_other);
    }

    [TearDown]
    public void AssertQuiet()
    {
        _node.Log.AssertQuiet();
        _other.Log.AssertQuiet();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _other.DisposeAsync();
        await _node.DisposeAsync();
        _redis.Dispose();
    }

    [Test]
    public Task Frozen_ThenThawed() => FailAsync(
        () =>
        {
            _redis.Freeze();
            return Task.CompletedTask;
        },
        () =>
        {
            _redis.Thaw();
            return Task.CompletedTask;
        });

    private async Task FailAsync(Func<Task> fail, Func<Task> mend)
    {
        var run = new CoherenceRun(_node, _other);
        var (begun, failing, failed) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        await run.RunAsync(async () =>
        {
            begun = run.Now;
            await Task.Delay(Calm);
            failing = run.Now;
            await fail();
            failed = run.Now;
            await Task.Delay(Recovery + Measured);
            foreach (var node in new[] { _node, _other })
            {
                Assert.That(node.Node.Redis!.Connection?.Outstanding ?? 0, Is.LessThanOrEqualTo(2 * RedisConnection.MaxOutstanding));
            }
            await mend();
            await Task.Delay(Mended);
        });
        var before = run.P99(begun, failing);
        var p99 = run.P99(failed + Recovery, TimeSpan.MaxValue);
        TestContext.Out.WriteLine($"{run.Writes} writes, {run.Reads} reads, p99 {before:F1} ms before and {p99:F1} ms after");
        // Nobody waits for Redis any more: that would take its 50 ms, on top of what the machine takes anyhow.
        Assert.That(p99, Is.LessThan(45 + (2 * before)));
        await RedisFixture.UsedAsync(_node);
        await RedisFixture.UsedAsync(_other);
    }
}
