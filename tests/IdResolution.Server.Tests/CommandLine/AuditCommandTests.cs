using System.CommandLine;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Testing;
using Microsoft.Data.Sqlite;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class AuditCommandTests : CommandLineFixture
{
    /// <summary>
    /// What each verb writes to the audit log: an action, or in brackets why nothing. A new verb needs a line.
    /// </summary>
    private static readonly Dictionary<string, string> s_verbs = new()
    {
        ["serve"] = "node.start",
        ["init"] = "init",
        ["key create"] = "key.create",
        ["key list"] = "(reads)",
        ["key revoke"] = "key.revoke",
        ["key-file list"] = "(reads)",
        ["key-file add"] = "key-file.add",
        ["key-file rotate"] = "key-file.rotate",
        ["key-file prune"] = "key-file.prune",
        ["register"] = "(in the change log; reinstating is record.reinstate)",
        ["resolve"] = "(reads one record)",
        ["quality"] = "(reads)",
        ["completeness"] = "(reads)",
        ["trace"] = "(reads; to a file it is trace)",
        ["analyse rollup"] = "(reads)",
        ["analyse common"] = "(reads)",
        ["where"] = "(reads)",
        ["life"] = "(reads)",
        ["calibration"] = "(reads)",
        ["made"] = "(reads)",
        ["story"] = "(reads)",
        ["label"] = "(reads)",
        ["stock"] = "(reads)",
        ["stocktake"] = "(in the change log)",
        ["fulfilment"] = "(reads)",
        ["events import"] = "events import",
        ["events list"] = "events list",
        ["scan"] = "(in the change log)",
        ["import"] = "import",
        ["export"] = "export",
        ["template import"] = "pack.import",
        ["template export"] = "(no records)",
        ["business-key add"] = "record.key-add",
        ["business-key remove"] = "record.key-remove",
        ["business-key sources"] = "source.save",
        ["erase"] = "record.erase",
        ["backup"] = "backup",
        ["restore"] = "restore",
        ["log show"] = "(reads)",
        ["log restart"] = "log restart",
        ["copy"] = "copy",
        ["doctor"] = "(reads)",
        ["readers"] = "reader.restart",
        ["statistics"] = "(reads)",
        ["upstream status"] = "(reads)",
        ["upstream letters"] = "(reads)",
        ["upstream retry"] = "upstream.retry",
        ["upstream drop"] = "upstream.drop",
        ["upstream reconcile"] = "(upstream.repair, which needs a secondary node: UpstreamReconcileCommandTests)",
        ["enterprise list"] = "(reads)",
        ["enterprise route"] = "route.save",
        ["partner add"] = "partner.save",
        ["partner list"] = "(reads)",
        ["partner show"] = "(reads)",
        ["grant add"] = "grant.create",
        ["grant list"] = "(reads)",
        ["grant end"] = "grant.end",
        ["audit list"] = "(reads the audit)",
        ["audit export"] = "audit export",
        ["audit verify"] = "(reads)",
        ["handle import"] = "handle import",
        ["handle export"] = "handle export",
        ["handle resolve"] = "(reads)",
        ["handle site"] = "(reads)",
        ["handle trace"] = "(reads)",
        ["health"] = "(asks a node)",
        ["migrate"] = "migrate",
        ["demo"] = "demo",
        ["simulate secondary-node"] = "(no store)",
    };

    [Test]
    public void EveryVerb_IsInTheTable() =>
        Assert.That(Verbs(IdnodeCommand.Create(), ""), Is.EquivalentTo(s_verbs.Keys));

    [Test]
    public async Task EveryVerbThatActs_LeavesALine()
    {
        Variables["SUDO_USER"] = "ann";
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        var csv = Write("bolts.csv", "size,mes\nM4,1\nM5,2\n");
        await DoAsync(
            "import",
            csv,
            "--data",
            Data,
            "--template",
            "bolt",
            "--source",
            "mes",
            "--source-key-column",
            "mes"
        );
        var file = Path.Combine(Root, "bolts.jsonl");
        await DoAsync("export", "--data", Data, "--output", file);
        var line = File.ReadLines(file).First();
        var id = JsonDocument.Parse(line).RootElement.GetProperty("identifier").GetString()!;
        await DoAsync("import", file, "--data", Data);
        var key = (await DoAsync("key", "create", "--data", Data, "--role", "auditor")).Split('\n');
        await DoAsync("business-key", "add", id, "--data", Data, "--source", "wms", "--key", "7");
        await DoAsync("business-key", "remove", id, "--data", Data, "--source", "wms", "--key", "7");
        await DoAsync("erase", id, "--data", Data, "--attribute", "size", "--yes");
        var handles = Path.Combine(Root, "handles.jsonl");
        await DoAsync("handle", "export", handles, "--data", Data);
        await DoAsync("handle", "import", handles, "--data", Data);
        var events = Write("events.jsonl", $$"""{"type":"observe","time":"2026-03-01T08:00:00Z","items":["{{id}}"]}""");
        await DoAsync("events", "import", events, "--data", Data);
        await DoAsync("events", "list", "--data", Data, "--format", "jsonl");
        await DoAsync("readers", "--data", Data, "--restart", "statistics", "--from", "1");
        await DoAsync("upstream", "retry", "--data", Data, "--all");
        await DoAsync("upstream", "drop", "--data", Data, "--all");
        await DoAsync("enterprise", "route", "88.300.1", "--data", Data, "--url", "https://id.example.com");
        await DoAsync("partner", "add", "haidong", "--data", Data);
        var grant = await DoAsync("grant", "add", "--data", Data, "--partner", "haidong", "--purpose", "test");
        var grantId = JsonDocument.Parse(grant).RootElement.GetProperty("id").GetString()!;
        await DoAsync("grant", "end", grantId, "--data", Data);
        await DoAsync("key-file", "add", "--data", Data);
        await DoAsync("key-file", "rotate", "--data", Data);
        await DoAsync("key-file", "prune", "--data", Data);
        await DoAsync("demo", "--data", Data, "--stacks", "1");
        await DoAsync("migrate", "--data", Data);
        await DoAsync("audit", "export", "--data", Data, "--output", Path.Combine(Root, "audit.jsonl"));
        var backup = Path.Combine(Root, "backup.db");
        await DoAsync("backup", backup, "--data", Data);
        await DoAsync("copy", "--from", Data, "--to", Path.Combine(Root, "other"));
        var lines = await LinesAsync();
        await DoAsync("restore", backup, "--data", Data);
        await DoAsync("log", "restart", "--data", Data, "--gap", "0", "--force");
        lines.AddRange(await LinesAsync());

        var tested = s_verbs.Values.Where(a => a[0] != '(' && a is not ("node.start" or "key.revoke" or "source.save"));
        Assert.That(tested.Except(lines.Select(l => l.Action)), Is.Empty);
        var acts = lines.Where(l => l.Caller == "command-line").ToList();
        Assert.That(acts.Select(l => l.OsUser), Has.All.EqualTo($"ann ({Environment.UserName})"));
        Assert.That(acts.Select(l => l.Node), Has.All.Not.Empty);
        Assert.That(lines.First(l => l.Action == "import").Count, Is.EqualTo(2));
        Assert.That(key, Is.Not.Empty);
        var verified = await RunAsync("audit", "verify", "--data", Data);
        Assert.That((verified.Code, verified.Output), Is.EqualTo((0, verified.Output)), verified.Output);
    }

    [Test]
    public async Task Rights_WrittenByVerbs_AreActsOfTheirOwn()
    {
        await InitAsync();
        const string Granting = """{"index":300,"type":"HS_SECKEY","data":"theirs and theirs"}""";
        var file = Write(
            "handles.jsonl",
            $$"""
            {"handle":"88.300.1/NEW","values":[{{Granting}}]}
            {"handle":"88.300.1/PLAIN","values":[{"index":1,"type":"URL","data":"x"}]}
            """
        );
        await DoAsync("handle", "import", file, "--data", Data);
        await DoAsync("handle", "import", file, "--data", Data);
        var other = Write(
            "other.jsonl",
            $$"""
            {"handle":"88.300.1/NEW","values":[{"index":1,"type":"URL","data":"x"}]}
            {"handle":"88.300.1/PLAIN","values":[{{Granting}}]}
            """
        );
        await DoAsync("handle", "import", other, "--data", Data, "--overwrite");

        Assert.That(
            (await LinesAsync()).Where(l => l.Action == "record.rights").Select(l => (l.Caller, l.Target, l.OsUser)),
            Is.EquivalentTo(
                new[] { "88.300.1/NEW", "88.300.1/NEW", "88.300.1/PLAIN" }.Select(target =>
                    ("command-line", target, Environment.UserName)
                )
            )
        );
    }

    [TestCase("export", "export", "all templates to ", 1)]
    [TestCase("audit export", "audit export", "", null)]
    [TestCase("handle export", "handle export", "all prefixes to ", 1)]
    [TestCase("handle export --with-secrets", "handle.export-secrets", "all prefixes to ", 1)]
    public async Task Export_Ended_SaysHowManyAndWhetherThatIsAll(string verb, string action, string what, int? records)
    {
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        await DoAsync("register", "--data", Data, "--template", "bolt", "--attribute", "size=M4");

        var ran = await RunAsync([.. verb.Split(' '), "--data", Data]);
        Assert.That(ran.Code, Is.Zero, ran.Error);
        var written = ran.Output.Trim().Split('\n').Length;
        Assert.That(records ?? written, Is.EqualTo(written));

        // A reader that does not take it all.
        Assert.That(await IntoABrokenPipeAsync([.. verb.Split(' '), "--data", Data]), Is.Not.Zero);

        var lines = (await LinesAsync()).Where(l => l.Action.StartsWith(action, StringComparison.Ordinal)).ToList();
        Assert.That(lines.Select(l => l.Target), Is.All.EqualTo(what + "standard output"));
        Assert.That(
            lines.Select(l => (l.Kind, l.Action, l.Outcome)),
            Is.EqualTo([
                (AuditKind.Act, action, "done"),
                (AuditKind.Act, action + " ended", "done"),
                (AuditKind.Act, action, "done"),
                (AuditKind.Act, action + " ended", "ended-early"),
            ])
        );
        Assert.That(lines[1].Count, Is.EqualTo(written));
        Assert.That(lines[3].Count, Is.EqualTo(1), "the record that may be out");
    }

    [Test]
    public async Task List_Conditions_ShowLinesThatFit()
    {
        await InitAsync();

        var all = await DoAsync("audit", "list", "--data", Data);
        var some = await DoAsync("audit", "list", "--data", Data, "--action", "init", "--caller", "command-line");
        var none = await DoAsync("audit", "list", "--data", Data, "--from", "2100-01-01T00:00:00Z");

        Assert.That(all, Does.StartWith("LINE").And.Contain("key.create").And.Contain("prefix.home"));
        Assert.That(some.Trim().Split('\n'), Has.Length.EqualTo(2));
        Assert.That(none.Trim().Split('\n'), Has.Length.EqualTo(1));
        var wrong = await RunAsync("audit", "list", "--data", Data, "--from", "yesterday");
        Assert.That((wrong.Code, wrong.Error), Is.EqualTo((2, wrong.Error)));
        Assert.That(wrong.Error, Does.Contain("--from"));
    }

    [Test]
    public async Task Export_Lines_HaveWhatTheChainNeeds()
    {
        await InitAsync();

        var lines = (await DoAsync("audit", "export", "--data", Data)).Trim().Split('\n');

        var first = JsonDocument.Parse(lines[0]).RootElement;
        Assert.That(first.GetProperty("position").GetInt64(), Is.EqualTo(1));
        Assert.That(first.GetProperty("previous").GetString(), Is.EqualTo(new string('0', 64)));
        var second = JsonDocument.Parse(lines[1]).RootElement;
        Assert.That(second.GetProperty("previous").GetString(), Is.EqualTo(first.GetProperty("hash").GetString()));
    }

    [TestCase("UPDATE audit SET caller = 'nobody' WHERE id = 2", "line 2 \\(Act\\) is altered")]
    [TestCase("DELETE FROM audit WHERE id = 2", "1 lines \\(Act\\) between 1 and 3 are missing")]
    [TestCase("DELETE FROM audit WHERE id >= 3", "the lines \\(Act\\) after 2 are missing")]
    public async Task Verify_AlteredLine_NamesIt(string sql, string fault)
    {
        await InitAsync();
        Assert.That(await DoAsync("audit", "verify", "--data", Data), Does.StartWith("audit  ok"));
        Alter(sql);

        var verified = await RunAsync("audit", "verify", "--data", Data);
        var doctor = await RunAsync("doctor", "--data", Data);

        Assert.That(verified.Code, Is.EqualTo(1));
        Assert.That(verified.Output, Does.Match("^audit  FAILED  " + fault));
        Assert.That(doctor.Output, Does.Match("(?m)^audit +FAILED +" + fault));
    }

    [TestCase("DELETE FROM documents WHERE code = 'audit/summary'", "^versions  FAILED  object ")]
    [TestCase(
        "DELETE FROM versions WHERE object = (SELECT object FROM documents WHERE code = 'audit/summary')",
        "^states  FAILED  entry "
    )]
    [TestCase("DELETE FROM audit WHERE id = 1", "^audit  FAILED  the lines \\(Act\\) before 2 are missing")]
    public async Task Verify_SummaryOrFirstLineTakenOut_IsTold(string sql, string fault)
    {
        await InitAsync();
        using (
            var node = await NodeContainer.OpenAsync(
                new NodeOptions { Data = Data },
                create: false,
                new ManualTime(DateTimeOffset.UtcNow.AddHours(2))
            )
        )
        {
            await node.Get<AuditKeeper>().KeepAsync(180, 1_000, CancellationToken.None);
        }
        Assert.That(await DoAsync("audit", "verify", "--data", Data), Does.StartWith("audit  ok"));
        Alter(sql);

        var verified = await RunAsync("audit", "verify", "--data", Data);

        Assert.That(verified.Code, Is.EqualTo(1), verified.Output);
        Assert.That(verified.Output, Does.Match(fault));
    }

    private void Alter(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "idnode.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA foreign_keys = OFF; " + sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a verb whose standard output takes nothing.</summary>
    private async Task<int> IntoABrokenPipeAsync(params string[] args)
    {
        using var output = new BrokenPipe();
        using var error = new StringWriter();
        var invocation = new CommandInvocation(new CommandEnvironment(Root, Variables))
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
        };
        return await IdnodeCommand.RunAsync(args, invocation, CancellationToken.None);
    }

    private static IEnumerable<string> Verbs(Command command, string path)
    {
        foreach (var verb in command.Subcommands)
        {
            var name = $"{path} {verb.Name}".TrimStart();
            if (verb.Subcommands.Count == 0)
            {
                yield return name;
            }
            foreach (var below in Verbs(verb, name))
            {
                yield return below;
            }
        }
    }

    private async Task<List<AuditEvent>> LinesAsync()
    {
        using var node = await OpenAsync();
        return [.. await node.Get<IAuditStore>().FollowAsync(0, 1_000, CancellationToken.None)];
    }

    private sealed class BrokenPipe : StringWriter
    {
        public override Task WriteAsync(string? value) =>
            value is "" ? Task.CompletedTask : throw new IOException("Broken pipe.");

        public override Task WriteLineAsync(string? value) => WriteAsync(value);
    }
}
