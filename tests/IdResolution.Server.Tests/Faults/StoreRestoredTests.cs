using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using IdResolution.Server.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Tests.Caching;
using IdResolution.Storage.Sqlite;
using IdResolution.Tds;
using IdResolution.Testing;
using Microsoft.Data.SqlClient;

namespace IdResolution.Server.Tests.Faults;

/// <summary>
/// Real nodes on a store that came back from a backup: they notice, go on reading, take no writes before the next log
/// begins, and give no code away twice.
/// </summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class StoreRestoredTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TemporaryDirectory _root = null!;

    private string Data => _root.File("data");

    private string Database => Path.Combine(Data, SqliteDatabase.FileName);

    private string Backup => _root.File("backup.db");

    [SetUp]
    public void Make() => _root = new TemporaryDirectory();

    [TearDown]
    public void Drop() => _root.Dispose();

    [TestCase("by the file log.head", false)]
    [TestCase("by Redis", true)]
    public async Task FilePutBack_IsNoticed_AndTheLogIsRestartedBesideTheNode(string noticed, bool withRedis)
    {
        using var redis = withRedis ? await RedisServer.StartAsync() : null;
        string key;
        string kept;
        string lost;
        string cursor;
        string tag;
        var aside = _root.File("aside.db");
        using (var node = await StartAsync(Data, redis))
        {
            key = node.Key!;
            kept = await RegisterAsync(node, "kept");
            await DoAsync("backup", Backup, "--data", Data);
            lost = await RegisterAsync(node, "lost");
            (cursor, tag) = (await CursorAsync(node), await TagAsync(node, kept));
            // What Redis knows is told once a second.
            await Task.Delay(withRedis ? 1_500 : 0);
            await node.TerminateAsync();
        }
        File.Move(Database, aside);
        File.Copy(Backup, Database);
        if (withRedis)
        {
            File.Delete(Path.Combine(Data, "log.head"));
        }

        using var again = await StartAsync(Data, redis, key);
        await AssertRestoredAsync(again, "kept", noticed);
        var restart = await DoAsync("log", "restart", "--data", Data, "--aside", aside);
        await TakesWritesAsync(again);

        Assert.That(restart, Does.Contain("1 later entries").And.Contain("1 are known"));
        Assert.That(await RegisterAsync(again, "other"), Is.Not.EqualTo(lost));
        Assert.That(await RegisterAsync(again, "lost"), Is.EqualTo(lost), "the identifier on the label");
        await AssertFollowersNoticeAsync(again, cursor, kept, tag);
        Assert.That(again.Errors, Does.Contain("StoreRestored").Or.Contain("came back from a backup"));
        Assert.That(again.Errors, Does.Contain("The next log has begun"));
    }

    [Test]
    public async Task FilePutBack_WithoutANode_IsNoticedByVerbsThroughRedis()
    {
        using var redis = await RedisServer.StartAsync();
        using (var node = await StartAsync(Data, redis))
        {
            await RegisterAsync(node, "kept");
            await DoAsync("backup", Backup, "--data", Data);
            await RegisterAsync(node, "lost");
            // What Redis knows is told once a second.
            await Task.Delay(1_500);
            await node.TerminateAsync();
        }
        File.Copy(Backup, Database, overwrite: true);
        File.Delete(Path.Combine(Data, "log.head"));
        var variables = new Dictionary<string, string> { ["IDR__Redis__Configuration"] = redis.Configuration };
        string[] register = ["register", "--template", "mea-batch", "--data", Data];

        var refused = await EndAsync(variables, register);
        var shown = await EndAsync(variables, "log", "show", "--data", Data);
        await DoAsync(variables, "log", "restart", "--data", Data, "--gap", "10");

        Assert.That(refused.Code, Is.Not.Zero);
        Assert.That(refused.Text, Does.Contain("came back from a backup"));
        Assert.That(shown.Code, Is.EqualTo(1));
        await DoAsync(variables, register);
    }

    [Test]
    public async Task Restore_OnANewMachine_BeginsTheLogBeyondWhatRedisKnows()
    {
        using var redis = await RedisServer.StartAsync();
        using (var node = await StartAsync(Data, redis))
        {
            await RegisterAsync(node, "kept");
            await DoAsync("backup", Backup, "--data", Data);
            await RegisterAsync(node, "lost");
            await Task.Delay(1_500);
            await node.TerminateAsync();
        }
        var machine = _root.File("new");
        Directory.CreateDirectory(machine);
        File.Copy(Path.Combine(Data, KeyFile.FileName), Path.Combine(machine, KeyFile.FileName));
        var variables = new Dictionary<string, string> { ["IDR__Redis__Configuration"] = redis.Configuration };

        await DoAsync(variables, "restore", Backup, "--data", machine, "--gap", "10");

        var before = Entry(await DoAsync("log", "show", "--data", Data), "last entry");
        var shown = await DoAsync(variables, "log", "show", "--data", machine);
        Assert.That(Entry(shown, "its last known entry"), Is.EqualTo(before), "not the head of the backup");
        await DoAsync(variables, "register", "--template", "mea-batch", "--data", machine);

        static string Entry(string table, string name) =>
            table.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ')[^1];
    }

    [TestCase(true, Description = "as cp leaves it")]
    [TestCase(false, Description = "with the time that the backup was made, as cp -p and mv leave it")]
    public async Task FilePutBack_BesideTheLogOfAnother_IsRefusedAndStaysWhole(bool isNewer)
    {
        string key;
        using (var node = await StartAsync(Data))
        {
            key = node.Key!;
            await RegisterAsync(node, "kept");
            await DoAsync("backup", Backup, "--data", Data);
            await Task.WhenAll(Enumerable.Range(0, 60).Select(i => RegisterAsync(node, $"lost {i}")));
            // A verb copies the write-ahead log into the file, so what comes then builds on pages that no backup has.
            await DoAsync("key", "list", "--data", Data);
            await Task.WhenAll(Enumerable.Range(0, 60).Select(i => RegisterAsync(node, $"more {i}")));
            await node.KillAsync();
        }
        var log = Database + "-wal";
        Assert.That(new FileInfo(log).Length, Is.GreaterThan(0));
        File.Copy(Backup, Database, overwrite: true);
        File.SetLastWriteTimeUtc(Database, File.GetLastWriteTimeUtc(log).AddMinutes(isNewer ? 1 : -1));
        var before = await File.ReadAllBytesAsync(Database);

        var refused = await NodeProcess.RunAsync("register", "--template", "mea-batch", "--data", Data);

        Assert.That(refused.ExitCode, Is.Not.Zero);
        Assert.That(refused.Errors, Does.Contain($"{log} is not the write-ahead log of {Database}"));
        Assert.That(await File.ReadAllBytesAsync(Database), Is.EqualTo(before));
        File.Move(log, _root.File("log"));
        File.Delete(Database + "-shm");
        using var again = await StartAsync(Data, key: key);
        using var found = await again.Http.GetAsync("/api/v1/search?source=mes&sourceKey=kept");
        Assert.That(await found.Content.ReadAsStringAsync(), Does.Contain("kept"));
        await again.TerminateAsync();
        Assert.That((await NodeProcess.RunAsync("doctor", "--data", Data)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task FileReplaced_UnderARunningNode_TakesNoWritesAndStaysWhole()
    {
        using var node = await StartAsync(Data);
        var kept = await RegisterAsync(node, "kept");
        await DoAsync("backup", Backup, "--data", Data);
        File.Move(Database, _root.File("aside.db"));
        File.Copy(Backup, Database);

        using var refused = await node.RegisterAsync("refused");
        var problem = await refused.Content.ReadAsStringAsync();
        var said = "";
        await ProcessFaultTests.WaitUntilAsync(
            async () =>
            {
                using var ready = await node.Http.GetAsync("/readyz");
                said = await ready.Content.ReadAsStringAsync();
                return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
            },
            Patience
        );
        Assert.That(said, Does.Contain("its file was moved").And.Not.Contain("no answer"));
        Assert.That((int)refused.StatusCode, Is.EqualTo(503), problem);
        Assert.That(problem, Does.Contain("was moved, deleted or replaced while the node runs"));
        var key = node.Key;
        await node.KillAsync();
        File.Delete(Database + "-wal");
        File.Delete(Database + "-shm");

        using var again = await StartAsync(Data, key: key);
        Assert.That(await StatusAsync(again, kept), Is.EqualTo(HttpStatusCode.OK));
        await again.TerminateAsync();
        Assert.That((await NodeProcess.RunAsync("doctor", "--data", Data)).ExitCode, Is.Zero);
    }

    [TestCase("no Redis")]
    [TestCase("Redis")]
    [TestCase("Redis away meanwhile")]
    public async Task ServerSetBackUnderTwoNodes_BothNotice_AndFollowTheLogThatOneBegins(string caches)
    {
        await using var server = new TdsServer().Start();
        await ExecuteAsync(server.ConnectionString(), "CREATE DATABASE registry");
        var connection = server.ConnectionString("registry");
        using var redis = caches == "no Redis" ? null : await RedisServer.StartAsync();
        using var a = await StartAsync(Data, redis, server: connection);
        Directory.CreateDirectory(_root.File("b"));
        File.Copy(Path.Combine(Data, KeyFile.FileName), Path.Combine(_root.File("b"), KeyFile.FileName));
        using var b = await StartAsync(_root.File("b"), redis, a.Key, connection);
        var kept = await RegisterAsync(a, "kept");
        var head = await HeadAsync(a);
        List<string> lost = [await RegisterAsync(a, "lost 1"), await RegisterAsync(b, "lost 2")];
        var cursor = await CursorAsync(a);
        var tag = await TagAsync(b, kept);
        foreach (var node in new[] { a, b })
        {
            // Now they are in the caches, and the nodes have seen the log's end.
            Assert.That(await StatusAsync(node, lost[0]), Is.EqualTo(HttpStatusCode.OK));
            await ProcessFaultTests.WaitUntilAsync(async () => await HeadAsync(node) >= head + 2, Patience);
        }
        await Task.Delay(500);

        if (caches == "Redis away meanwhile")
        {
            // It comes back with what it knew before: the cursors of the log before.
            redis!.SaveSnapshot();
            redis.Kill();
        }
        foreach (var table in new[] { "change_log", "versions", "records", "documents" })
        {
            await ExecuteAsync(connection, $"DELETE FROM {table} WHERE sequence > {head}");
        }
        await ExecuteAsync(connection, $"UPDATE counters SET value = {head} WHERE name = 'log'");
        await ExecuteAsync(connection, "UPDATE sequences SET [next] = [next] - 2");

        foreach (var node in new[] { a, b })
        {
            await ProcessFaultTests.WaitUntilAsync(async () => await CodeAsync(node) == "StoreRestored", Patience);
            await AssertRestoredAsync(node, "kept", "by the look of the tail");
            Assert.That(await StatusAsync(node, lost[0]), Is.EqualTo(HttpStatusCode.NotFound), "not from a cache");
        }
        if (caches == "Redis away meanwhile")
        {
            await redis!.RestartFromSnapshotAsync();
        }
        await DoAsync(
            new Dictionary<string, string> { ["IDR__Store__SqlServer"] = connection },
            "log",
            "restart",
            "--data",
            Data,
            "--gap",
            "1000"
        );
        await TakesWritesAsync(a);
        await TakesWritesAsync(b);

        var given = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => RegisterAsync(i % 2 == 0 ? a : b, $"new {i}"))
        );
        Assert.That(given.Concat(lost).Append(kept), Is.Unique, "no code is given away twice");
        foreach (var node in new[] { a, b })
        {
            Assert.That(await StatusAsync(node, lost[0]), Is.EqualTo(HttpStatusCode.NotFound));
            await AssertFollowersNoticeAsync(node, cursor, kept, tag);
        }
        var (sequences, identifiers) = await ProcessFaultTests.ReadChangesAsync(b);
        Assert.That(sequences, Is.EqualTo(Enumerable.Range(1, sequences.Count).Select(n => (long)n)));
        Assert.That(identifiers, Is.Unique.And.SupersetOf(given));
    }

    [Test]
    public async Task Restore_KilledAtEachStep_LeavesTheOldDatabaseOrTheNew_AndGivesNoCodeTwice()
    {
        string key;
        var given = new List<string>();
        using (var node = await StartAsync(Data))
        {
            key = node.Key!;
            given.Add(await RegisterAsync(node, "kept"));
            await DoAsync("backup", Backup, "--data", Data);
            given.AddRange(await Task.WhenAll(Enumerable.Range(0, 50).Select(i => RegisterAsync(node, $"lost {i}"))));
            await node.TerminateAsync();
        }
        var steps = (await NodeProcess.RunAsync("restore", Backup, "--data", Data))
            .Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.EndsWith(" 100 %", StringComparison.Ordinal))
            .ToList();
        Assert.That(steps, Has.Some.StartsWith("copy").And.Some.StartsWith("records").And.Some.StartsWith("swap"));
        foreach (var step in steps)
        {
            await KillAtAsync(step, "restore", Backup, "--data", Data);

            using var node = await StartAsync(Data, key: key);
            var next = await RegisterAsync(node, $"after {step}");
            Assert.That(given, Has.No.Member(next), "no code is given away twice");
            given.Add(next);
            Assert.That(await StatusAsync(node, given[0]), Is.EqualTo(HttpStatusCode.OK));
            await node.TerminateAsync();
        }
        Assert.That((await NodeProcess.RunAsync("doctor", "--data", Data)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Restart_KilledAtAnyMoment_IsDoneByTheNext()
    {
        string key;
        using (var node = await StartAsync(Data))
        {
            key = node.Key!;
            await RegisterAsync(node, "kept");
            await DoAsync("backup", Backup, "--data", Data);
            await RegisterAsync(node, "lost");
            await node.TerminateAsync();
        }
        File.Copy(Backup, Database, overwrite: true);
        using var again = await StartAsync(Data, key: key);
        for (var i = 0; i < 8; i++)
        {
            await KillAsync(TimeSpan.FromMilliseconds(50 * i), "log", "restart", "--data", Data, "--gap", "10");
        }
        await DoAsync("log", "restart", "--data", Data, "--gap", "10");
        await TakesWritesAsync(again);

        await RegisterAsync(again, "more");
        await again.TerminateAsync();
        Assert.That((await NodeProcess.RunAsync("doctor", "--data", Data)).ExitCode, Is.Zero);
    }

    /// <summary>Checks that a node goes on reading, marked stale, takes no writes, and says what to do.</summary>
    private static async Task AssertRestoredAsync(NodeProcess node, string keptKey, string noticed)
    {
        // A write may be refused before the tail has looked.
        await ProcessFaultTests.WaitUntilAsync(
            async () =>
                (await node.Http.GetStringAsync("/readyz")).Contains("idnode log restart", StringComparison.Ordinal),
            Patience
        );
        using var refused = await node.RegisterAsync("refused");
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That((int)refused.StatusCode, Is.EqualTo(503), noticed);
        Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("StoreRestored"));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("idnode log restart"));
        using var found = await node.Http.GetAsync($"/api/v1/search?source=mes&sourceKey={keptKey}");
        var identifier = (await found.Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("items")[0]
            .GetProperty("identifier")
            .GetString()!;
        using var read = await node.Http.GetAsync($"/api/v1/identifiers/{identifier}");
        Assert.That(read.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(read.Headers.GetValues("Cache-Status").Single(), Does.Contain("stale"));
        using var ready = await node.Http.GetAsync("/readyz");
        Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.OK), "it reads");
        Assert.That(await ready.Content.ReadAsStringAsync(), Does.Contain("idnode log restart"));
    }

    /// <summary>Checks that what was seen before the restore is told apart: a cursor, and an entity tag.</summary>
    private static async Task AssertFollowersNoticeAsync(NodeProcess node, string cursor, string identifier, string tag)
    {
        using var changes = await node.Http.GetAsync($"/api/v1/changes?after={cursor}");
        var problem = await changes.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(
            ((int)changes.StatusCode, problem.GetProperty("code").GetString()),
            Is.EqualTo((409, "LogRestarted"))
        );
        var after = problem.GetProperty("after").GetString();
        using var going = await node.Http.GetAsync($"/api/v1/changes?after={after}&limit=1");
        Assert.That(going.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var patch = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/identifiers/{identifier}")
        {
            Content = new StringContent("""{"attributes":{"remark":"x"}}""", Encoding.UTF8, "application/json"),
        };
        patch.Headers.TryAddWithoutValidation("If-Match", tag);
        using var patched = await node.Http.SendAsync(patch);
        Assert.That((int)patched.StatusCode, Is.EqualTo(412));
        using var get = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/identifiers/{identifier}");
        get.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(tag));
        using var page = await node.Http.SendAsync(get);
        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK), "not 304");
    }

    private static Task<NodeProcess> StartAsync(
        string data,
        RedisServer? redis = null,
        string? key = null,
        string? server = null
    ) =>
        NodeProcess.StartAsync(
            data,
            key,
            start =>
            {
                start.Environment["IDR__Redis__Configuration"] = redis?.Configuration;
                start.Environment["IDR__Store__SqlServer"] = server;
                start.Environment["IDR__Store__TimeoutSeconds"] = "15";
            }
        );

    private static async Task<string> RegisterAsync(NodeProcess node, string sourceKey)
    {
        using var response = await node.RegisterAsync(sourceKey);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(201), text);
        return JsonDocument.Parse(text).RootElement.GetProperty("identifier").GetString()!;
    }

    private static async Task<string?> CodeAsync(NodeProcess node)
    {
        using var response = await node.Http.PatchAsJsonAsync(
            $"/api/v1/identifiers/{NodeProcess.Prefix}/none",
            new { }
        );
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        return problem.GetProperty("code").GetString() == "NotFound"
            ? await RegisterCodeAsync(node)
            : problem.GetProperty("code").GetString();
    }

    /// <summary>
    /// The code with which a registration of what is there already is refused; null if it is answered.
    /// </summary>
    private static async Task<string?> RegisterCodeAsync(NodeProcess node)
    {
        using var response = await node.Http.PostAsJsonAsync(
            "/api/v1/identifiers",
            new
            {
                template = "mea-batch",
                identifier = $"{NodeProcess.Prefix}/same",
                attributes = new { },
            }
        );
        return response.IsSuccessStatusCode
            ? null
            : (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
    }

    private static Task TakesWritesAsync(NodeProcess node) =>
        ProcessFaultTests.WaitUntilAsync(async () => await RegisterCodeAsync(node) is null, Patience);

    private static async Task<HttpStatusCode> StatusAsync(NodeProcess node, string identifier)
    {
        using var response = await node.Http.GetAsync($"/api/v1/identifiers/{identifier}");
        return response.StatusCode;
    }

    private static async Task<string> TagAsync(NodeProcess node, string identifier)
    {
        using var response = await node.Http.GetAsync($"/api/v1/identifiers/{identifier}");
        return response.Headers.ETag!.ToString();
    }

    private static async Task<string> CursorAsync(NodeProcess node)
    {
        for (var after = "0"; ; )
        {
            var page = await node.Http.GetFromJsonAsync<JsonElement>($"/api/v1/changes?after={after}&limit=1000");
            after = page.GetProperty("next").GetString()!;
            if (page.GetProperty("items").GetArrayLength() == 0)
            {
                return after;
            }
        }
    }

    private static async Task<long> HeadAsync(NodeProcess node) => long.Parse((await CursorAsync(node)).Split('.')[1]);

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new SqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new SqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs a verb as a process and kills it after a time, if it still runs.</summary>
    private static async Task KillAsync(TimeSpan after, params string[] arguments)
    {
        using var process = StartVerb(arguments);
        _ = process.StandardError.ReadToEndAsync();
        await Task.Delay(after);
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Runs a verb as a process and kills it when it tells of a step.</summary>
    private static async Task KillAtAsync(string step, params string[] arguments)
    {
        using var process = StartVerb(arguments);
        while (await process.StandardError.ReadLineAsync() is { } line && line != step) { }
        process.Kill();
        await process.WaitForExitAsync();
    }

    private static Process StartVerb(string[] arguments)
    {
        var process = Process.Start(
            new ProcessStartInfo(NodeProcess.Executable, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        _ = process.StandardOutput.ReadToEndAsync();
        return process;
    }

    private Task<string> DoAsync(params string[] arguments) => DoAsync([], arguments);

    private async Task<string> DoAsync(Dictionary<string, string> variables, params string[] arguments)
    {
        var (code, text) = await EndAsync(variables, arguments);
        Assert.That(code, Is.Zero, text);
        return text;
    }

    /// <summary>Runs a verb. Gives its exit code and what it said.</summary>
    private async Task<(int Code, string Text)> EndAsync(
        Dictionary<string, string> variables,
        params string[] arguments
    )
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var invocation = new CommandInvocation(new CommandEnvironment(_root.Path, variables))
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
        };
        var code = await IdnodeCommand.RunAsync(arguments, invocation, CancellationToken.None);
        return (code, code == 0 ? output.ToString() : $"{output}{error}");
    }
}
