using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using IdResolution.Tds;
using IdResolution.Testing;
using Microsoft.Data.SqlClient;

namespace IdResolution.Server.Tests.Faults;

/// <summary>
/// Real processes on a database that is not in their own hands: a test double of SQL Server that freezes, goes away and
/// comes back.
/// </summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class ServerStoreTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // What a caller may take for "at once", whatever else the machine does.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    private TemporaryDirectory _data = null!;
    private TdsServer _server = null!;

    [SetUp]
    public void StartServer()
    {
        _data = new TemporaryDirectory();
        _server = new TdsServer().Start();
        using var connection = new SqlConnection(_server.ConnectionString());
        connection.Open();
        using var command = new SqlCommand("CREATE DATABASE registry", connection);
        command.ExecuteNonQuery();
    }

    [TearDown]
    public async Task StopServerAsync()
    {
        SqlConnection.ClearAllPools();
        await _server.DisposeAsync();
        _data.Dispose();
    }

    [TestCase("frozen")]
    [TestCase("gone")]
    public async Task DatabaseAway_CachedRecordsAreAnsweredAndMarked_TheRestIsRefusedAtOnce_AndItRecovers(string how)
    {
        // Long enough for a node to start on a machine that others have full, and the time that a frozen server is
        // waited for.
        using var node = await StartAsync(_server.ConnectionString("registry"), timeoutSeconds: 5);
        var cached = await RegisterAsync(node, "cached");
        var other = await RegisterAsync(node, "not cached");
        using (await ReadAsync(node, cached))
        {
            // Now it is in memory.
        }
        if (how == "frozen")
        {
            _server.Freeze();
        }
        else
        {
            await _server.StopAsync();
        }

        // Until the node has noticed, callers wait no longer than the store's own time.
        await ProcessFaultTests.WaitUntilAsync(
            async () => (await TimedAsync(() => ReadAsync(node, other))).Status == HttpStatusCode.ServiceUnavailable,
            Patience
        );
        await ProcessFaultTests.WaitUntilAsync(
            async () =>
            {
                using var response = await ReadAsync(node, cached);
                return response.StatusCode == HttpStatusCode.OK && response.Headers.Age is not null;
            },
            Patience
        );
        var took = new List<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            var absent = await TimedAsync(() => ReadAsync(node, other));
            var write = await TimedAsync(() => node.RegisterAsync($"refused {i}"));
            var kept = await TimedAsync(() => ReadAsync(node, cached));
            Assert.That(
                (absent.Status, write.Status, kept.Status),
                Is.EqualTo((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK))
            );
            took.AddRange([absent.Took, write.Took, kept.Took]);
        }
        // One in a while asks whether the server is back, and waits for that.
        Assert.That(took.Order().ElementAt(took.Count * 8 / 10), Is.LessThan(AtOnce));
        await ProcessFaultTests.WaitUntilAsync(
            async () =>
            {
                using var response = await node.Http.GetAsync("/readyz");
                return response.StatusCode == HttpStatusCode.ServiceUnavailable
                    && (await response.Content.ReadAsStringAsync()).Contains(
                        "database: no answer",
                        StringComparison.Ordinal
                    );
            },
            Patience
        );

        if (how == "frozen")
        {
            _server.Thaw();
        }
        else
        {
            _server.Start();
        }
        await ProcessFaultTests.WaitUntilAsync(
            async () =>
            {
                using var written = await node.RegisterAsync("after");
                using var response = await ReadAsync(node, cached);
                return written.IsSuccessStatusCode
                    && response.StatusCode == HttpStatusCode.OK
                    && response.Headers.Age is null;
            },
            Patience
        );
        using var absentNoMore = await ReadAsync(node, other);
        Assert.That(absentNoMore.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        // What was refused is not there, or came in whole where its answer was lost: never twice.
        var (sequences, identifiers) = await ProcessFaultTests.ReadChangesAsync(node);
        Assert.That(sequences, Is.EqualTo(Enumerable.Range(1, sequences.Count).Select(n => (long)n)));
        Assert.That(identifiers, Is.Unique);
    }

    [Test]
    public Task TwoNodes_StartedAtOnceOnAnEmptyDatabase_BothServeAndWrite_AndOneMayDie() =>
        StartTwoAsync(_server.ConnectionString("registry"));

    [Test]
    public async Task TwoNodes_StartedAtOnceOnAGivenServer_BothServeAndWrite_AndOneMayDie()
    {
        using var database = GivenDatabase.Create(Assert.Ignore);
        await StartTwoAsync(database.ConnectionString);
    }

    private async Task StartTwoAsync(string connectionString)
    {
        const int timeoutSeconds = 15;
        var starting = new[]
        {
            StartAsync(connectionString, timeoutSeconds),
            StartAsync(connectionString, timeoutSeconds),
        };
        try
        {
            await Task.WhenAll(starting);
        }
        catch
        {
            // Where one could not start, the other must not be left behind.
            Array.ForEach(Array.FindAll(starting, s => s.IsCompletedSuccessfully), s => s.Result.Dispose());
            throw;
        }
        var a = await starting[0];
        using var b = await starting[1];
        Assert.That(new[] { a.Key, b.Key }.Count(k => k is not null), Is.EqualTo(1), "one of them makes the first key");
        var key = a.Key ?? b.Key;
        a.UseKey(key);
        b.UseKey(key);
        var acknowledged = new ConcurrentDictionary<string, string>();
        using var stop = new CancellationTokenSource();
        var callers = Enumerable
            .Range(0, 8)
            .SelectMany(i =>
                new[]
                {
                    ProcessFaultTests.RegisterUntilAsync(a, $"a{i}", acknowledged, stop.Token),
                    ProcessFaultTests.RegisterUntilAsync(b, $"b{i}", acknowledged, stop.Token),
                }
            )
            .ToList();
        await ProcessFaultTests.WaitUntilAsync(() => acknowledged.Count > 100, Patience);
        await a.KillAsync();
        a.Dispose();
        var before = acknowledged.Count;
        await ProcessFaultTests.WaitUntilAsync(() => acknowledged.Count > before + 50, Patience);
        await stop.CancelAsync();
        await Task.WhenAll(callers);

        var (sequences, identifiers) = await ProcessFaultTests.ReadChangesAsync(b);
        Assert.Multiple(() =>
        {
            Assert.That(identifiers, Is.SupersetOf(acknowledged.Values), "nothing acknowledged is lost");
            Assert.That(identifiers, Is.Unique);
            Assert.That(
                sequences,
                Is.EqualTo(Enumerable.Range(1, sequences.Count).Select(n => (long)n)),
                "the log is contiguous"
            );
        });
    }

    private Task<NodeProcess> StartAsync(string connectionString, int timeoutSeconds) =>
        NodeProcess.StartAsync(
            _data.Path,
            null,
            start =>
            {
                start.Environment["IDR__Store__SqlServer"] = connectionString;
                start.Environment["IDR__Store__TimeoutSeconds"] = $"{timeoutSeconds}";
            }
        );

    private static async Task<string> RegisterAsync(NodeProcess node, string sourceKey)
    {
        using var response = await node.RegisterAsync(sourceKey);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("identifier").GetString()!;
    }

    private static Task<HttpResponseMessage> ReadAsync(NodeProcess node, string identifier) =>
        node.Http.GetAsync($"/api/v1/identifiers/{identifier}");

    private static async Task<(HttpStatusCode Status, TimeSpan Took)> TimedAsync(Func<Task<HttpResponseMessage>> call)
    {
        var clock = Stopwatch.StartNew();
        using var response = await call();
        return (response.StatusCode, clock.Elapsed);
    }
}
