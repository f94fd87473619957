using System.Text;
using IdResolution.Server.Caching;
using IdResolution.Testing;
using StackExchange.Redis;

namespace IdResolution.Server.Tests.Caching;

/// <summary>Reads of several callers in one command.</summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class RedisReadsTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private RedisServer _redis = null!;
    private ConnectionMultiplexer _multiplexer = null!;
    private IDatabase _database = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _redis = await RedisServer.StartAsync();
        _multiplexer = await ConnectionMultiplexer.ConnectAsync($"{_redis.Configuration},allowAdmin=true");
        _database = _multiplexer.GetDatabase();
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _multiplexer.Dispose();
        _redis.Dispose();
    }

    [Test]
    public async Task Read_OfManyCallers_TakesFewCommands_AndEachGetsItsOwn()
    {
        const int callers = 1_000;
        for (var i = 0; i < callers; i += 2)
        {
            await _database.StringSetAsync($"many:{i}", $"value {i}", flags: CommandFlags.FireAndForget);
        }
        await _database.PingAsync();
        var reads = new RedisReads(_database, s_patience);
        await _database.ExecuteAsync("CONFIG", "RESETSTAT");

        var answers = await Task.WhenAll(Enumerable.Range(0, callers).Select(i => Text(reads, $"many:{i}")));

        Assert.That(answers, Is.EqualTo(Enumerable.Range(0, callers).Select(i => i % 2 == 0 ? $"value {i}" : null)));
        Assert.That(Commands(), Is.LessThan(callers / 4));
    }

    [Test]
    public async Task Read_AKeyThatIsNoString_IsNothing_AndSpoilsNoOther()
    {
        await _database.ListLeftPushAsync("kind:list", "x");
        await _database.StringSetAsync("kind:string", "value");
        var reads = new RedisReads(_database, s_patience);

        var answers = await Task.WhenAll(
            Text(reads, "kind:string"),
            Text(reads, "kind:string"),
            Text(reads, "kind:list"),
            Text(reads, "kind:string")
        );

        Assert.That(answers, Is.EqualTo(new[] { "value", "value", null, "value" }));
    }

    [Test]
    public async Task Read_OfAFrozenServer_FailsForAll_AndGoesOnAfterwards()
    {
        await _database.StringSetAsync("frozen", "value");
        var reads = new RedisReads(_database, TimeSpan.FromMilliseconds(50));
        _redis.Freeze();
        try
        {
            var asked = Enumerable.Range(0, 100).Select(_ => Text(reads, "frozen")).ToArray();

            foreach (var one in asked)
            {
                Assert.That(async () => await one, Throws.InstanceOf<TimeoutException>());
            }
        }
        finally
        {
            _redis.Thaw();
        }
        var patient = new RedisReads(_database, s_patience);
        Assert.That(await Text(patient, "frozen"), Is.EqualTo("value"));
    }

    private static async Task<string?> Text(RedisReads reads, string key) =>
        await reads.ReadAsync(Encoding.UTF8.GetBytes(key)) is { } value ? Encoding.UTF8.GetString(value) : null;

    private long Commands()
    {
        var line = _redis
            .Cli("INFO", "commandstats")
            .Split('\n')
            .Single(l => l.StartsWith("cmdstat_mget:", StringComparison.Ordinal));
        return long.Parse(line.Split("calls=")[1].Split(',')[0]);
    }
}
