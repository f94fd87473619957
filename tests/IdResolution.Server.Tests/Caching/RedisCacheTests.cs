using System.Text.Json;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Server.Caching;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using StackExchange.Redis;
using Role = IdResolution.Core.Access.Role;

namespace IdResolution.Server.Tests.Caching;

/// <summary>What two nodes share in one Redis, none of them with an L1, and what is refused there.</summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class RedisCacheTests
{
    private const string Route = "/api/v1/identifiers/";

    private RedisServer _redis = null!;
    private TestNode _node = null!;
    private TestNode _other = null!;

    private RedisRecordCache Cache => _node.Node.Redis!;

    private IDatabase Database => Cache.Connection!.Database;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _redis = await RedisServer.StartAsync();
        // Nothing here is about a Redis that is slow: a stall of the machine must not make the nodes leave it.
        static void BePatient(NodeOptions options) => options.Redis.TimeoutMilliseconds = 2_000;
        _node = await RedisFixture.StartNodeAsync(_redis.Configuration, configure: BePatient);
        _other = await RedisFixture.StartNodeAsync(
            _redis.Configuration,
            _node.Node.Directory.Path,
            configure: BePatient
        );
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
    public async Task Resolve_Loaded_IsSharedWithTheOtherNode()
    {
        var (key, stored) = await RegisterAsync("-shared");
        await _node.ResolveAsync(key.ToString());

        var kept = await KeptAsync(_other, key);

        Assert.That(kept!.Value.Record!.State, Is.EqualTo(stored.Record!.State));
        Assert.That(
            kept.Value.Record with
            {
                State = stored.Record.State,
                Digest = stored.Record.Digest,
            },
            Is.EqualTo(stored.Record)
        );
    }

    [Test]
    public async Task Resolve_Absent_IsShared_AndEndsWithTheRegistration()
    {
        var id = _node.NewId("-absent");
        var key = LookupKey.Of(id);
        Assert.That((await _node.ResolveAsync(id)).Record, Is.Null);
        Assert.That(await KeptAsync(_other, key), Is.Not.Null.And.Property(nameof(RecordLookup.Record)).Null);

        await _node.RegisterAsync(identifier: id);

        Assert.That((await _node.ResolveAsync(id)).Record, Is.Not.Null);
        await RedisFixture.UntilAsync(
            () => _other.ResolveAsync(id).AsTask().Result.Record is not null,
            () => "not seen",
            1
        );
    }

    [Test]
    public async Task Put_OlderThanAnInvalidation_IsRefused()
    {
        var (key, old) = await RegisterAsync("-raced");
        await PatchAsync(key, "newer");
        await MarkedAsync(key);

        Assert.That(await PutAsync(key, old), Is.False);

        Assert.That(await Cache.FindAsync(key, CancellationToken.None), Is.Null);
        var current = await _node.Node.Records.FindAsync(key, CancellationToken.None);
        await GenerationAsync(key);
        Cache.Put(key, current, Environment.TickCount64);
        Assert.That((await FoundAsync(key)).Record!.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task Put_OlderThanAnEntry_IsRefused()
    {
        var (key, old) = await RegisterAsync("-older");
        await PatchAsync(key, "newer");
        await MarkedAsync(key);
        Assert.That(await PutAsync(key, await _node.Node.Records.FindAsync(key, CancellationToken.None)), Is.True);

        Assert.That(await PutAsync(key, old), Is.False);

        Assert.That((await FoundAsync(key)).Record!.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task Entry_OlderThanWhatTheNodeKnows_IsNotBelieved()
    {
        // As after a write that Redis was not told of: the entry is put under the new number by hand.
        var (key, old) = await RegisterAsync("-known");
        await PatchAsync(key, "newer");
        await MarkedAsync(key);
        await Database.StringSetAsync(await KeyOfAsync(key), RedisEntry.Encode(key, old));
        Assert.That((await FoundAsync(key)).Record!.Version, Is.EqualTo(1), "It is there.");

        Assert.That((await _node.ResolveAsync(key.ToString())).Record!.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task Put_OfALoadThatTookLong_IsNotSent()
    {
        var (key, found) = await RegisterAsync("-slow");

        Cache.Put(key, found, Environment.TickCount64 - 6_000);

        Assert.That(await Cache.FindAsync(key, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Put_ThatArrivesTooLate_IsRefused()
    {
        var (key, found) = await RegisterAsync("-late");
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        Assert.That(await PutAsync(key, found, until: now - 60_000), Is.False);
        Assert.That(await PutAsync(key, found, until: now + 60_000), Is.True);
    }

    [Test]
    public async Task Value_ThatIsNotOurs_IsAMissAndReplaced()
    {
        var (key, found) = await RegisterAsync("-foreign");
        foreach (
            var write in new Func<RedisKey, Task>[]
            {
                at => Database.ListLeftPushAsync(at, "x"),
                at => Database.StringSetAsync(at, "x"),
                at => Database.StringSetAsync(at, new byte[100_000]),
                at => Database.HashSetAsync(at, "a", "b"),
            }
        )
        {
            var at = await KeyOfAsync(key);
            await Database.KeyDeleteAsync(at);
            await write(at);

            Assert.That(await Cache.FindAsync(key, CancellationToken.None), Is.Null);
            Assert.That((await _node.ResolveAsync(key.ToString())).Record!.Version, Is.EqualTo(found.Record!.Version));
            Assert.That(await KeptAsync(_node, key), Is.Not.Null);
            Assert.That(Cache.TakeFailure(), Is.Null);
        }
    }

    [Test]
    public async Task Cursor_LostOrNotOurs_BeginsANewGeneration()
    {
        var (key, _) = await RegisterAsync("-generation");
        await _node.ResolveAsync(key.ToString());
        var cursorKey = Partition(key).CursorKey;
        foreach (
            var spoil in new Func<Task>[]
            {
                () => Database.KeyDeleteAsync(cursorKey),
                () => Database.StringSetAsync(cursorKey, "x"),
                // At once: a node makes what is missing anew.
                () =>
                    Database.ScriptEvaluateAsync(
                        "redis.call('DEL', KEYS[1]) return redis.call('LPUSH', KEYS[1], 'x')",
                        [cursorKey]
                    ),
                // The database was restored from a backup: what Redis has seen never was.
                async () =>
                    await Database.StringSetAsync(
                        cursorKey,
                        new RedisCursor(_node.Node.Tail.Log, await GenerationAsync(key), 0, 1_000_000).Encode()
                    ),
            }
        )
        {
            await KeptAsync(_node, key);
            var before = await GenerationAsync(key);

            await spoil();

            await RedisFixture.UntilAsync(
                () => Partition(key).FreshnessLease.Current is { } seen && seen.Generation != before,
                () => "no new generation"
            );
            Assert.That(await Cache.FindAsync(key, CancellationToken.None), Is.Null);
            await _node.ResolveAsync(key.ToString());
        }
    }

    [Test]
    public async Task Cursor_TooFarBehind_BeginsANewGeneration_OthersCatchUp()
    {
        var (key, _) = await RegisterAsync("-behind");
        var items = string.Join(
            ',',
            Enumerable.Range(0, 2_000).Select(_ => """{"template":"part","attributes":{"name":"n"}}""")
        );
        while (_node.Node.Tail.Head <= RedisLogReader.MaxBehind)
        {
            Assert.That(
                (
                    await _node.SendAsync(
                        Role.Registrar,
                        "POST",
                        "/api/v1/identifiers:batch",
                        $$"""{"items":[{{items}}]}"""
                    )
                ).Status,
                Is.EqualTo(200)
            );
        }
        await RedisFixture.UsedAsync(_node);
        await _node.ResolveAsync(key.ToString());
        await KeptAsync(_node, key);
        var generation = await GenerationAsync(key);

        await Database.StringSetAsync(
            Partition(key).CursorKey,
            new RedisCursor(_node.Node.Tail.Log, generation, 0, _node.Node.Tail.Head - 5_000).Encode()
        );
        await MarkedAsync(key);
        Assert.That(await GenerationAsync(key), Is.EqualTo(generation), "Near enough.");
        await Database.StringSetAsync(
            Partition(key).CursorKey,
            new RedisCursor(_node.Node.Tail.Log, generation, 0, 0).Encode()
        );

        await RedisFixture.UntilAsync(
            () => Partition(key).FreshnessLease.Current is { } seen && seen.Generation != generation,
            () => "no new generation"
        );
    }

    [Test]
    public async Task Namespaces_OnOneRedis_AreApart()
    {
        await using var stranger = await RedisFixture.StartNodeAsync(
            _redis.Configuration,
            configure: o => o.Redis.Namespace = "stranger"
        );
        await RedisFixture.UsedAsync(stranger);
        var id = _node.NewId("-apart");
        await _node.RegisterAsync(identifier: id);
        await _node.ResolveAsync(id);
        Assert.That(await KeptAsync(_node, LookupKey.Of(id)), Is.Not.Null);

        Assert.That((await stranger.ResolveAsync(id)).Record, Is.Null);
        Assert.That(
            _redis.Cli("--scan", "--pattern", "{stranger:s2:*}:cursor").Split('\n'),
            Has.Length.EqualTo(RedisPartition.Count)
        );
    }

    [Test]
    public async Task Commit_WakesTheOtherNode()
    {
        var after = _other.Node.Tail.Head;
        var published = long.Parse(_redis.Cli("PUBSUB", "NUMSUB", "idnode:wake").Split('\n')[1]);
        Assert.That(published, Is.EqualTo(2));

        await RegisterAsync("-wake");

        await RedisFixture.UntilAsync(() => _other.Node.Tail.Applied > after, () => "not woken", 1);
    }

    [Test]
    public async Task Scripts_FlushedByAnOperator_AreLoadedAgain()
    {
        var (key, _) = await RegisterAsync("-scripts");

        _redis.Cli("SCRIPT", "FLUSH");
        var before = Looks();

        // One that may find them gone, and one that does not.
        await RedisFixture.UntilAsync(() => Looks() >= before + 3, () => "not looked at");
        await RedisFixture.UsedAsync(_node);
        await _node.ResolveAsync(key.ToString());
        Assert.That(await KeptAsync(_node, key), Is.Not.Null);
    }

    [Test]
    public async Task ManyCallersOfOneKey_LoadOnce()
    {
        var (key, _) = await RegisterAsync("-single");
        var looked = Looked();

        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => _node.ResolveAsync(key.ToString()).AsTask()));

        Assert.That(Looked() - looked, Is.LessThan(100));

        // Keys looked up, however many of them in a command; those of the background are few.
        long Looked() => Counter("stats", "keyspace_hits:") + Counter("stats", "keyspace_misses:");
    }

    /// <summary>How often the cursors were looked at.</summary>
    private long Looks() => Counter("commandstats", "cmdstat_evalsha:calls=");

    private long Counter(string section, string name)
    {
        var line = _redis
            .Cli("INFO", section)
            .Split('\n')
            .FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line[name.Length..].Trim().Split(',')[0]);
    }

    private async Task<(LookupKey Key, RecordLookup Found)> RegisterAsync(string tail)
    {
        var key = LookupKey.Of(await _node.RegisterAsync(identifier: _node.NewId(tail)));
        await MarkedAsync(key);
        return (key, await _node.Node.Records.FindAsync(key, CancellationToken.None));
    }

    private async Task PatchAsync(LookupKey key, string name) =>
        Assert.That(
            (
                await _node.SendAsync(
                    Role.Registrar,
                    "PATCH",
                    Route + key,
                    $$$"""{"attributes":{"name":{{{JsonSerializer.Serialize(name)}}}}}"""
                )
            ).Status,
            Is.EqualTo(200)
        );

    /// <summary>Waits until Redis has been told of all that is in the log.</summary>
    private Task MarkedAsync(LookupKey key)
    {
        var head = _node.Node.Tail.Head;
        return RedisFixture.UntilAsync(
            () =>
                RedisCursor.TryDecode((byte[]?)Database.StringGet(Partition(key).CursorKey)) is { } cursor
                && cursor.Sequence >= head,
            () => "not marked"
        );
    }

    /// <summary>
    /// What a node finds in Redis; what is not kept, since Redis was slow for a moment, is resolved again as callers
    /// would.
    /// </summary>
    private async Task<RecordLookup?> KeptAsync(TestNode node, LookupKey key)
    {
        RecordLookup? kept = null;
        await RedisFixture.UntilAsync(
            () =>
            {
                _ = _node.ResolveAsync(key.ToString()).AsTask().Result;
                kept = node.Node.Redis!.FindAsync(key, CancellationToken.None).AsTask().Result;
                return kept is not null;
            },
            () => "never kept"
        );
        return kept;
    }

    /// <summary>Runs the script as it runs where the put was sent and only then something else happened.</summary>
    private async Task<bool> PutAsync(LookupKey key, RecordLookup found, long until = 0) =>
        (long)
            await Database.ScriptEvaluateAsync(
                RedisScripts.Put,
                [await KeyOfAsync(key)],
                [RedisEntry.Number(found.Head), RedisEntry.Encode(key, found), 60_000, until]
            ) == 1;

    private RedisPartition Partition(LookupKey key) => Cache.Partitions[RedisPartition.NumberOf(key)];

    /// <summary>
    /// The generation believed in; on a slow machine the partition may not have been looked at in time, and is soon.
    /// </summary>
    private async Task<ulong> GenerationAsync(LookupKey key)
    {
        ulong? generation = null;
        await RedisFixture.UntilAsync(
            () => (generation = Partition(key).FreshnessLease.Current?.Generation) is not null,
            () => "not believed"
        );
        return generation!.Value;
    }

    private async Task<RedisKey> KeyOfAsync(LookupKey key) => Partition(key).KeyOf(await GenerationAsync(key), key);

    /// <summary>What lies in Redis; on a machine that stalls nothing is believed for a moment.</summary>
    private async Task<RecordLookup> FoundAsync(LookupKey key)
    {
        RecordLookup? found = null;
        await RedisFixture.UntilAsync(
            () => (found = Cache.FindAsync(key, CancellationToken.None).AsTask().Result) is not null,
            () => "not found"
        );
        return found!.Value;
    }
}
