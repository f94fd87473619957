using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Faults;

/// <summary>What must hold when the real process, its files or its disk fail under it.</summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class ProcessFaultTests
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("IDR_TEST_LONG") == "1";

    private string _data = "";

    [SetUp]
    public void MakeDirectory() => _data = Directory.CreateTempSubdirectory("idnode-fault-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_data, recursive: true);

    [Test]
    public async Task Kill_While64CallersRegister_KeepsEveryAcknowledgedRegistrationOnce()
    {
        var acknowledged = new ConcurrentDictionary<string, string>();
        string? key = null;
        var random = new Random(7);
        for (var round = 0; round < (Long ? 50 : 5); round++)
        {
            using var node = await NodeProcess.StartAsync(_data, key);
            key ??= node.Http.DefaultRequestHeaders.Authorization!.Parameter;
            using var stop = new CancellationTokenSource();
            var before = acknowledged.Count;
            var callers = Enumerable
                .Range(0, 64)
                .Select(caller => RegisterUntilAsync(node, $"r{round}-c{caller}", acknowledged, stop.Token))
                .ToArray();
            await WaitUntilAsync(() => acknowledged.Count > before + 200 + random.Next(500), TimeSpan.FromSeconds(30));
            await node.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(callers);
        }

        using var again = await NodeProcess.StartAsync(_data, key);
        foreach (var chunk in acknowledged.Chunk(1000))
        {
            var items = chunk.Select(c => new
            {
                template = "mea-batch",
                source = "mes",
                sourceKey = c.Key,
                attributes = new { remark = c.Key },
            });
            using var response = await again.Http.PostAsJsonAsync("/api/v1/identifiers:batch", new { items });
            var results = (await response.Content.ReadFromJsonAsync<JsonElement>())
                .GetProperty("items")
                .EnumerateArray()
                .ToList();
            for (var i = 0; i < chunk.Length; i++)
            {
                Assert.That(
                    (results[i].GetProperty("status").GetInt32(), results[i].GetProperty("identifier").GetString()),
                    Is.EqualTo((200, chunk[i].Value)),
                    chunk[i].Key
                );
            }
        }
        var doctor = await NodeProcess.RunAsync("doctor", "--data", _data);
        Assert.That(doctor.ExitCode, Is.Zero, doctor.Output + doctor.Errors);
    }

    [Test]
    public async Task Flush_PrecedesEveryAcknowledgement()
    {
        Require("strace");
        using var node = await NodeProcess.StartAsync(_data);
        using var first = await node.RegisterAsync("warm");
        var trace = Path.Combine(_data, "trace");
        using var strace = Process.Start(
            new ProcessStartInfo(
                "strace",
                ["-f", "-e", "trace=fsync,fdatasync,sendto,sendmsg", "-s", "24", "-p", node.Id.ToString(), "-o", trace]
            )
            {
                RedirectStandardError = true,
            }
        )!;
        var attached = await strace.StandardError.ReadLineAsync();
        if (attached?.Contains("attached", StringComparison.Ordinal) != true)
        {
            Assert.Ignore($"strace may not attach here: {attached}");
        }
        for (var i = 0; i < 30; i++)
        {
            using var response = await node.RegisterAsync($"traced-{i}");
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        }
        using (var interrupt = Process.Start("kill", ["-INT", strace.Id.ToString()]))
        {
            await interrupt.WaitForExitAsync();
        }
        await strace.WaitForExitAsync();

        var flushed = false;
        var answers = 0;
        foreach (var line in await File.ReadAllLinesAsync(trace))
        {
            if (
                (
                    line.Contains("fdatasync", StringComparison.Ordinal)
                    || line.Contains("fsync", StringComparison.Ordinal)
                ) && line.EndsWith("= 0", StringComparison.Ordinal)
            )
            {
                flushed = true;
            }
            else if (line.Contains("\"HTTP/1.1 201", StringComparison.Ordinal))
            {
                Assert.That(flushed, Is.True, $"Answer {answers} left before its flush: {line}");
                flushed = false;
                answers++;
            }
        }
        Assert.That(answers, Is.EqualTo(30));
    }

    [Test]
    public async Task FileSizeLimit_FailsWritesClearly_AndTheNodeRecovers()
    {
        Require("prlimit");
        using var node = await NodeProcess.StartAsync(_data);
        using var first = await node.RegisterAsync("before");
        var known = (await first.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("identifier").GetString();
        var limit = new FileInfo(Path.Combine(_data, "idnode.db-wal")).Length + 65_536;
        Assert.That(Tool.Run("prlimit", $"--fsize={limit}:", "--pid", node.Id.ToString()).ExitCode, Is.Zero);

        HttpResponseMessage? refused = null;
        for (var i = 0; i < 500 && refused is null; i++)
        {
            var response = await node.RegisterAsync($"filling-{i}");
            refused = response.IsSuccessStatusCode ? null : response;
        }
        var problem = await refused!.Content.ReadFromJsonAsync<JsonElement>();
        using var read = await node.Http.GetAsync($"/api/v1/identifiers/{known}");
        Assert.Multiple(() =>
        {
            Assert.That((int)refused.StatusCode, Is.EqualTo(507).Or.EqualTo(503));
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("StorageFull").Or.EqualTo("Unavailable"));
            Assert.That(read.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        });

        Assert.That(Tool.Run("prlimit", "--fsize=unlimited:", "--pid", node.Id.ToString()).ExitCode, Is.Zero);
        using var after = await node.RegisterAsync("after");
        Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        await node.TerminateAsync();
        var doctor = await NodeProcess.RunAsync("doctor", "--data", _data);
        Assert.That(doctor.ExitCode, Is.Zero, doctor.Output + doctor.Errors);
    }

    [Test]
    public async Task FileMadeReadOnly_RefusesWrites_ReadsGoOn_AndTheNodeRecovers()
    {
        Require("setpriv");
        if (Environment.UserName != "root")
        {
            Assert.Ignore("Changing to another user needs root.");
        }
        string known;
        string key;
        using (var maker = await NodeProcess.StartAsync(_data))
        {
            key = maker.Http.DefaultRequestHeaders.Authorization!.Parameter!;
            using var first = await maker.RegisterAsync("before");
            known = (await first.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("identifier").GetString()!;
            await maker.TerminateAsync();
        }
        Assert.That(Tool.Run("chown", "-R", "65534:65534", _data).ExitCode, Is.Zero);
        var database = Path.Combine(_data, "idnode.db");
        Tool.Run("chmod", "0400", database);

        // A user that is not root: root may write whatever the mode says.
        using var node = await NodeProcess.StartAsync(
            _data,
            key,
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups"
        );
        using var refused = await node.RegisterAsync("refused");
        using var read = await node.Http.GetAsync($"/api/v1/identifiers/{known}");
        Assert.Multiple(() =>
        {
            Assert.That((int)refused.StatusCode, Is.EqualTo(503).Or.EqualTo(507));
            Assert.That(read.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        });
        Tool.Run("chmod", "0600", database);
        // SQLite keeps what it found out about the WAL index once for each process and file, as long as any connection
        // is open. The writer closes the idle ones before it tries again; a read that is under way at that moment, of
        // any kind (the log's follower, a reader of the log, a probe), keeps the index read-only, and that write is
        // refused once more.
        var after = HttpStatusCode.ServiceUnavailable;
        for (var i = 0; i < 50 && after == HttpStatusCode.ServiceUnavailable; i++)
        {
            using var answer = await node.RegisterAsync("after");
            after = answer.StatusCode;
            await Task.Delay(100);
        }
        Assert.That(after, Is.EqualTo(HttpStatusCode.Created), node.Errors);
    }

    [Test]
    public async Task ImportAndKeyCreate_WhileTheNodeServes_MissNothing()
    {
        using var node = await NodeProcess.StartAsync(_data);
        // An absence that is cached must end with the import.
        using var absent = await node.Http.GetAsync($"/api/v1/identifiers/{NodeProcess.Prefix}/IMPORTED-0007");
        Assert.That(absent.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        var csv = Path.Combine(_data, "items.csv");
        await File.WriteAllLinesAsync(
            csv,
            Enumerable
                .Range(0, 3000)
                .Select(i => $"{NodeProcess.Prefix}/IMPORTED-{i:0000},row {i}")
                .Prepend("id,remark")
        );
        using var stop = new CancellationTokenSource();
        var acknowledged = new ConcurrentDictionary<string, string>();
        var callers = Enumerable
            .Range(0, 16)
            .Select(c => RegisterUntilAsync(node, $"c{c}", acknowledged, stop.Token))
            .ToArray();

        var import = NodeProcess.RunAsync(
            "import",
            csv,
            "--data",
            _data,
            "--template",
            "mea-batch",
            "--map",
            "remark=remark",
            "--identifier-column",
            "id"
        );
        var made = await NodeProcess.RunAsync(
            "key",
            "create",
            "--data",
            _data,
            "--role",
            "reader",
            "--name",
            "line scanner"
        );
        using var byKey = new HttpRequestMessage(HttpMethod.Get, "/api/v1/search?template=mea-batch&limit=1");
        byKey.Headers.Authorization = new("Bearer", made.Output.Trim().Split('\n')[^1]);
        using var withKey = await node.Http.SendAsync(byKey);
        var imported = await import;
        Assert.That(imported.ExitCode, Is.Zero, imported.Output + imported.Errors);
        await stop.CancelAsync();
        await Task.WhenAll(callers);

        await WaitUntilAsync(
            async () =>
            {
                using var response = await node.Http.GetAsync(
                    $"/api/v1/identifiers/{NodeProcess.Prefix}/IMPORTED-0007"
                );
                return response.StatusCode == HttpStatusCode.OK;
            },
            TimeSpan.FromSeconds(1)
        );
        var seen = await ReadChangesAsync(node);
        Assert.Multiple(() =>
        {
            Assert.That(
                withKey.StatusCode,
                Is.EqualTo(HttpStatusCode.OK),
                "A key made while the node runs works on its next use."
            );
            Assert.That(acknowledged, Is.Not.Empty);
            Assert.That(
                seen.Sequences,
                Is.EqualTo(Enumerable.Range(1, seen.Sequences.Count).Select(n => (long)n)),
                "The log is contiguous."
            );
            Assert.That(seen.Identifiers, Is.SupersetOf(acknowledged.Values));
            Assert.That(
                seen.Identifiers.Count(i => i.StartsWith(NodeProcess.Prefix + "/IMPORTED-", StringComparison.Ordinal)),
                Is.EqualTo(3000)
            );
        });
    }

    [Test]
    public async Task Terminate_UnderLoad_EndsWithinTenSeconds_AndKeepsWhatItAcknowledged()
    {
        var acknowledged = new ConcurrentDictionary<string, string>();
        string key;
        using (var node = await NodeProcess.StartAsync(_data))
        {
            key = node.Http.DefaultRequestHeaders.Authorization!.Parameter!;
            using var stop = new CancellationTokenSource();
            var callers = Enumerable
                .Range(0, 16)
                .Select(c => RegisterUntilAsync(node, $"c{c}", acknowledged, stop.Token))
                .ToArray();
            // A long poll must not hold the node up.
            var poll = PollAsync(node);
            await WaitUntilAsync(() => acknowledged.Count > 100, TimeSpan.FromSeconds(20));
            var took = await node.TerminateAsync();
            await stop.CancelAsync();
            await Task.WhenAll(callers);
            await poll.ContinueWith(_ => { }, TaskScheduler.Default);
            Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(10)));
        }
        using var again = await NodeProcess.StartAsync(_data, key);
        var seen = await ReadChangesAsync(again);
        Assert.That(seen.Identifiers, Is.SupersetOf(acknowledged.Values));
    }

    [Test]
    public async Task TwoNodes_StartedAtOnceOnAnEmptyDirectory_BothServeAndWrite()
    {
        var starting = new[] { NodeProcess.StartAsync(_data), NodeProcess.StartAsync(_data) };
        using var a = await starting[0];
        using var b = await starting[1];
        Assert.That(new[] { a.Key, b.Key }.Count(k => k is not null), Is.EqualTo(1), "one of them makes the first key");
        var key = a.Key ?? b.Key;
        a.UseKey(key);
        b.UseKey(key);
        var results = await Task.WhenAll(
            Enumerable.Range(0, 50).SelectMany(i => new[] { a.RegisterAsync($"a{i}"), b.RegisterAsync($"b{i}") })
        );
        var seen = await ReadChangesAsync(a);
        Assert.Multiple(() =>
        {
            Assert.That(results.Select(r => r.StatusCode), Is.All.EqualTo(HttpStatusCode.Created));
            Assert.That(seen.Identifiers, Has.Count.EqualTo(100).And.Unique);
            Assert.That(seen.Sequences, Is.EqualTo(Enumerable.Range(1, seen.Sequences.Count).Select(n => (long)n)));
        });
    }

    [Test]
    public async Task DatabaseCutShort_IsRefusedWithWhatToDo()
    {
        using (var node = await NodeProcess.StartAsync(_data))
        {
            using var response = await node.RegisterAsync("x");
            await node.TerminateAsync();
        }
        using (var file = File.OpenWrite(Path.Combine(_data, "idnode.db")))
        {
            file.SetLength(file.Length / 2);
        }
        var serve = await NodeProcess.RunAsync(
            "serve",
            "--data",
            _data,
            "--http",
            "127.0.0.1:0",
            "--grpc",
            "127.0.0.1:0"
        );
        Assert.Multiple(() =>
        {
            Assert.That(serve.ExitCode, Is.Not.Zero);
            Assert.That(serve.Errors, Does.Contain("idnode restore"));
            Assert.That(serve.Errors, Does.Not.Contain("   at "), "No stack trace for an operator.");
        });
    }

    internal static async Task RegisterUntilAsync(
        NodeProcess node,
        string name,
        ConcurrentDictionary<string, string> acknowledged,
        CancellationToken stop
    )
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var sourceKey = $"{name}-{i}";
            try
            {
                using var response = await node.RegisterAsync(sourceKey, stop);
                if (response.StatusCode == HttpStatusCode.Created)
                {
                    acknowledged[sourceKey] = (await response.Content.ReadFromJsonAsync<JsonElement>(stop))
                        .GetProperty("identifier")
                        .GetString()!;
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                return;
            }
        }
    }

    /// <summary>Polls for changes again and again, until the node ends.</summary>
    private static async Task PollAsync(NodeProcess node)
    {
        for (var after = "0"; ; )
        {
            var page = await node.Http.GetFromJsonAsync<JsonElement>($"/api/v1/changes?after={after}&wait=60");
            after = page.GetProperty("next").GetString()!;
        }
    }

    internal static async Task<(List<long> Sequences, List<string> Identifiers)> ReadChangesAsync(NodeProcess node)
    {
        var sequences = new List<long>();
        var identifiers = new List<string>();
        for (var after = "0"; ; )
        {
            var page = await node.Http.GetFromJsonAsync<JsonElement>($"/api/v1/changes?after={after}&limit=1000");
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                sequences.Add(item.GetProperty("sequence").GetInt64());
                if (item.TryGetProperty("identifier", out var identifier))
                {
                    identifiers.Add(identifier.GetString()!);
                }
            }
            var next = page.GetProperty("next").GetString()!;
            if (page.GetProperty("items").GetArrayLength() == 0)
            {
                return (sequences, identifiers);
            }
            after = next;
        }
    }

    internal static Task WaitUntilAsync(Func<bool> condition, TimeSpan limit) =>
        WaitUntilAsync(() => Task.FromResult(condition()), limit);

    internal static async Task WaitUntilAsync(Func<Task<bool>> condition, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.That(clock.Elapsed, Is.LessThan(limit), "It did not come about in time.");
            await Task.Delay(10);
        }
    }

    private static void Require(string tool)
    {
        if (!Tool.Exists(tool))
        {
            var reason = $"{tool} is not installed; scripts/test.sh installs it.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(reason);
            }
            Assert.Ignore(reason);
        }
    }
}
