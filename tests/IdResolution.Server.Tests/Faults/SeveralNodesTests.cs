using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using IdResolution.Server.Tests.Caching;
using IdResolution.Testing;
using Microsoft.Data.Sqlite;

namespace IdResolution.Server.Tests.Faults;

/// <summary>
/// Two real processes on one store: what callers of one see of the other, and what is left when one of them dies.
/// </summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class SeveralNodesTests
{
    private static readonly int Held = Environment.GetEnvironmentVariable("IDR_TEST_LONG") == "1" ? 200_000 : 2_000;

    private TemporaryDirectory _data = null!;

    [SetUp]
    public void MakeDirectory() => _data = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _data.Dispose();

    [TestCase("without Redis")]
    [TestCase("with Redis")]
    [TestCase("with Redis that loses its messages")]
    public async Task Reads_WhileTheOtherNodeWrites_AreNeverOlderThanASecond(string how)
    {
        using var redis = how.StartsWith("with ", StringComparison.Ordinal)
            ? await RedisServer.StartAsync(
                how.Contains("loses", StringComparison.Ordinal) ? ["--rename-command", "PUBLISH", ""] : []
            )
            : null;
        void Configure(ProcessStartInfo start) =>
            start.Environment["IDR__Redis__Configuration"] = redis?.Configuration ?? "";
        using var a = await NodeProcess.StartAsync(_data.Path, null, Configure);
        using var b = await NodeProcess.StartAsync(_data.Path, a.Key, Configure);
        if (redis is not null)
        {
            await UsedAsync(redis, a, b);
        }
        var load = new CoherenceLoad(a, b);
        await load.PrepareAsync();

        // The other node is held to something only a second after a second version was written.
        await load.RunAsync(() => HeldAsync(load, Held));

        TestContext.Out.WriteLine($"{load.Writes} versions written, {load.Reads} read");
        Assert.Multiple(() =>
        {
            Assert.That(load.Faults.Take(10), Is.Empty);
            Assert.That(load.Refused, Is.Zero);
            Assert.That(load.Writes, Is.GreaterThan(100));
            Assert.That(load.Reads, Is.GreaterThan(100));
        });
    }

    [TestCase(false)]
    [TestCase(true, Category = "Soak")]
    public async Task Reads_WhileRedisFailsInEveryWay_GoOnAndAreNeverOlderThanASecond(bool isTimed)
    {
        using var redis = await RedisServer.StartAsync();
        void Configure(ProcessStartInfo start) => start.Environment["IDR__Redis__Configuration"] = redis.Configuration;
        using var a = await NodeProcess.StartAsync(_data.Path, null, Configure);
        using var b = await NodeProcess.StartAsync(_data.Path, a.Key, Configure);
        var load = new CoherenceLoad(a, b);
        await load.PrepareAsync();
        await UsedAsync(redis, a, b);
        var memory = new[] { a, b }.Select(n => n.AnonymousBytes).ToArray();

        await load.RunAsync(async () =>
        {
            var begun = load.Now;
            await Task.Delay(isTimed ? 1_500 : 0);
            var calm = isTimed ? load.P99(begun, load.Now) : double.NaN;
            redis.SaveSnapshot();

            redis.Freeze();
            await GoesOnAsync("frozen");
            redis.Thaw();
            await UsedAsync(redis, a, b);

            await redis.RestartFromSnapshotAsync();
            await GoesOnAsync("restarted from an older snapshot", isUsed: true);
            await UsedAsync(redis, a, b);

            redis.Kill();
            await GoesOnAsync("killed");
            using (var garbage = new GarbageServer(redis.Port))
            {
                await RedisFixture.UntilAsync(() => garbage.Answers > 0, () => "the garbage is not asked for");
                await GoesOnAsync("answering garbage");
            }
            await redis.RestartEmptyAsync();
            await GoesOnAsync("restarted empty", isUsed: true);
            await UsedAsync(redis, a, b);

            async Task GoesOnAsync(string fault, bool isUsed = false)
            {
                if (isTimed)
                {
                    await RecoveredAsync(fault, load, calm);
                }
                else
                {
                    await UntilReadyIsAsync(isUsed, a, b);
                    await HeldAsync(load, load.Held + 300);
                }
            }
        });

        TestContext.Out.WriteLine(
            $"{load.Writes} versions written, {load.Reads} read, {load.Held} of them held to a later version than "
                + "the first"
        );
        Assert.Multiple(() =>
        {
            Assert.That(load.Faults.Take(10), Is.Empty);
            Assert.That(load.Refused, Is.Zero, "resolutions and registrations go on");
            Assert.That(
                new[] { a, b }.Select((n, i) => n.AnonymousBytes - memory[i]),
                Is.All.LessThan(256L << 20),
                "memory is bounded"
            );
        });
    }

    [Test]
    public async Task Kill_OneOfTwoUnderLoad_TheOtherCarriesOnAndTakesTheLease()
    {
        var a = await NodeProcess.StartAsync(_data.Path);
        using var b = await NodeProcess.StartAsync(_data.Path, a.Key);
        var acknowledged = new ConcurrentDictionary<string, string>();
        using var stop = new CancellationTokenSource();
        var onA = Enumerable
            .Range(0, 16)
            .Select(i => ProcessFaultTests.RegisterUntilAsync(a, $"a{i}", acknowledged, stop.Token))
            .ToArray();
        // A counts the log until it dies.
        await ProcessFaultTests.WaitUntilAsync(
            () => a.Errors.Contains("Lease statistics taken", StringComparison.Ordinal),
            TimeSpan.FromSeconds(40)
        );
        var onB = Enumerable
            .Range(0, 16)
            .Select(i => ProcessFaultTests.RegisterUntilAsync(b, $"b{i}", acknowledged, stop.Token))
            .ToArray();
        await ProcessFaultTests.WaitUntilAsync(() => acknowledged.Count > 500, TimeSpan.FromSeconds(30));

        await a.KillAsync();
        a.Dispose();
        await Task.WhenAll(onA);
        var before = acknowledged.Count;
        await ProcessFaultTests.WaitUntilAsync(() => acknowledged.Count > before + 200, TimeSpan.FromSeconds(30));
        await ProcessFaultTests.WaitUntilAsync(
            () => b.Errors.Contains("Lease statistics taken", StringComparison.Ordinal),
            TimeSpan.FromSeconds(40)
        );
        await stop.CancelAsync();
        await Task.WhenAll(onB);

        var (sequences, identifiers) = await ProcessFaultTests.ReadChangesAsync(b);
        var counted = 0L;
        await ProcessFaultTests.WaitUntilAsync(
            async () => (counted = await CountedAsync(b)) == identifiers.Count,
            TimeSpan.FromSeconds(30)
        );
        Assert.Multiple(() =>
        {
            Assert.That(identifiers, Is.SupersetOf(acknowledged.Values), "nothing acknowledged is lost");
            Assert.That(sequences, Is.EqualTo(Enumerable.Range(1, sequences.Count).Select(n => (long)n)));
            Assert.That(counted, Is.EqualTo(identifiers.Count), "each registration is counted once, whoever counted");
        });
    }

    [Test]
    public async Task Terminate_TheHolderOfTheLease_GivesItBackAtOnce()
    {
        using var a = await NodeProcess.StartAsync(_data.Path);
        using var b = await NodeProcess.StartAsync(_data.Path, a.Key);
        using (var response = await a.RegisterAsync("one"))
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        }
        await ProcessFaultTests.WaitUntilAsync(async () => await CountedAsync(b) == 1, TimeSpan.FromSeconds(40));
        var (holder, other) = IsOf(a, Lease().Holder) ? (a, b) : (b, a);

        await holder.TerminateAsync();
        // The other takes it where there is something to count.
        var (name, ends) = Lease();
        Assert.That(ends == 0 || IsOf(other, name), $"given back, not left to run out: {name} {ends}");
        using (var response = await other.RegisterAsync("two"))
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        }

        await ProcessFaultTests.WaitUntilAsync(async () => await CountedAsync(other) == 2, TimeSpan.FromSeconds(40));

        (string Holder, long Ends) Lease()
        {
            using var connection = new SqliteConnection(
                $"Data Source={Path.Combine(_data.Path, "idnode.db")};Mode=ReadOnly"
            );
            return connection.QuerySingle<(string, long)>(
                "SELECT holder, expires_at FROM leases WHERE name = 'statistics'"
            );
        }

        // The name of a node has the number of its process.
        static bool IsOf(NodeProcess node, string holder) => holder.Contains($"-{node.Id}-", StringComparison.Ordinal);
    }

    /// <summary>
    /// From two seconds after a fault on, reads take no longer than before it, give or take what Redis may be waited
    /// for and what a busy machine adds.
    /// </summary>
    private static async Task RecoveredAsync(string fault, CoherenceLoad load, double calm)
    {
        await Task.Delay(2_000);
        var from = load.Now;
        await Task.Delay(1_000);
        Assert.That(
            load.P99(from, load.Now),
            Is.LessThan(45 + (10 * calm)),
            $"p99 in ms while Redis is {fault}, {calm:0.0} before"
        );
    }

    private static Task HeldAsync(CoherenceLoad load, long held) =>
        ProcessFaultTests.WaitUntilAsync(() => load.Held >= held || load.Faults.Any(), TimeSpan.FromSeconds(120));

    private static async Task UsedAsync(RedisServer redis, params NodeProcess[] nodes)
    {
        await UntilReadyIsAsync(isUsed: true, nodes);
        Assert.That(redis.Cli("DBSIZE"), Is.Not.EqualTo("0"));
    }

    /// <summary>Waits until nodes say that they use their Redis, or that they do not.</summary>
    private static async Task UntilReadyIsAsync(bool isUsed, params NodeProcess[] nodes)
    {
        foreach (var node in nodes)
        {
            await ProcessFaultTests.WaitUntilAsync(
                async () => await node.Http.GetStringAsync("/readyz") == "ok\n" == isUsed,
                TimeSpan.FromSeconds(60)
            );
        }
    }

    private static async Task<long> CountedAsync(NodeProcess node)
    {
        var statistics = await node.Http.GetFromJsonAsync<JsonElement>("/api/v1/statistics");
        return statistics
            .GetProperty("items")
            .EnumerateArray()
            .Where(i => i.GetProperty("operation").GetString() == "register")
            .Sum(i => i.GetProperty("count").GetInt64());
    }
}
