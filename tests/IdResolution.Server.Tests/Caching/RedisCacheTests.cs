using IdResolution.Core.Identifiers;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Caching;

/// <summary>What two nodes share in one Redis, none of them with an L1.</summary>
[TestFixture]
public sealed class RedisCacheTests
{
    private RedisServer _redis = null!;
    private TestNode _node = null!;
    private TestNode _other = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _redis = await RedisServer.StartAsync();
        _node = await RedisFixture.StartNodeAsync(_redis.Configuration);
        _other = await RedisFixture.StartNodeAsync(_redis.Configuration, _node.Node.Directory.Path);
        await RedisFixture.UsedAsync(_node);
        await RedisFixture.UsedAsync(_other);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _other.DisposeAsync();
        await _node.DisposeAsync();
        _redis.Dispose();
    }

    [Test]
    public async Task Resolve_Loaded_IsSharedWithTheOtherNode()
    {
        var id = await _node.RegisterAsync(identifier: _node.NewId("-shared"));
        await _node.ResolveAsync(id);
        var key = LookupKey.Of(id);

        await RedisFixture.UntilAsync(() => _other.Node.Redis!.FindAsync(key, CancellationToken.None).AsTask().Result is { Record: not null }, () => "never kept");

        var kept = await _other.Node.Redis!.FindAsync(key, CancellationToken.None);
        var stored = (await _node.Node.Records.FindAsync(key, CancellationToken.None)).Record!;
        Assert.That(kept!.Value.Record!.State, Is.EqualTo(stored.State));
        Assert.That(kept.Value.Record with { State = stored.State, Digest = stored.Digest }, Is.EqualTo(stored));
        Assert.That((await _other.ResolveAsync(id)).Record!.Version, Is.EqualTo(1));
    }
}
