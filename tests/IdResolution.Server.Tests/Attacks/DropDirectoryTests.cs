using System.Runtime.Versioning;
using System.Text;
using IdResolution.Core.Catalog;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.Tests.CommandLine;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>
/// Verbs work on files in a directory that somebody else can write to. He puts links and notes there under the names
/// that the verbs use.
/// </summary>
[TestFixture]
[UnsupportedOSPlatform("windows")]
public sealed class DropDirectoryTests : CommandLineFixture
{
    private const string Theirs = "what the administrator has, and wants to keep";

    private string Victim => Path.Combine(Root, "victim");

    private string[] Verb(string file) => ["import", file, "--data", Data, "--template", "part"];

    [SetUp]
    public async Task MakeNode()
    {
        await InitAsync();
        await MakeTemplateAsync("part", """[{"code":"name","type":"text","required":true}]""");
        Write("victim", Theirs);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Progress_ThatThisNodeDidNotWrite_SkipsNoRow(bool isOfAnEarlierForm)
    {
        var file = Write("p.csv", "name\nbolt\n\"\"\nnut\n");
        await NoteAsync(file, new NodeSecrets(new byte[NodeSecrets.KeyLength]));
        if (isOfAnEarlierForm)
        {
            // Without a seal, as the file was before there was one.
            var kept = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(file + ".progress"));
            await File.WriteAllTextAsync(file + ".progress", kept.RootElement.GetProperty("state").GetRawText());
        }
        File.CreateSymbolicLink(file + ".bad.csv", Victim);

        var ran = await RunAsync(Verb(file));

        Assert.That(ran.Error, Does.Contain("starting over"));
        Assert.That(ran.Output, Does.StartWith("registered 2, same 0, bad 1"));
        await CheckVictimAsync();
        Assert.That(await File.ReadAllTextAsync(file + ".bad.csv"), Does.StartWith("row,reason,name\r\n2,"));
    }

    [Test]
    public async Task BadRows_ThatAreALinkNow_AreBegunAnew()
    {
        var file = Write("p.csv", "name\nbolt\n\"\"\nnut\n");
        await NoteAsync(file);
        File.CreateSymbolicLink(file + ".bad.csv", Victim);

        var ran = await RunAsync(Verb(file));

        Assert.That(ran.Error, Does.Contain("starting over"));
        await CheckVictimAsync();
        Assert.That(new FileInfo(file + ".bad.csv").LinkTarget, Is.Null);
    }

    [Test]
    public async Task BadRows_ThatHaveAnotherName_AreNotWrittenThrough()
    {
        var file = Write("p.csv", "name\nbolt\n\"\"\nnut\n");
        await NoteAsync(file);
        using (var ln = System.Diagnostics.Process.Start("ln", [Victim, file + ".bad.csv"]))
        {
            await ln.WaitForExitAsync();
        }

        var ran = await RunAsync(Verb(file));

        Assert.That(ran.Error, Does.Contain("after row 1"));
        await CheckVictimAsync();
        Assert.That(await File.ReadAllTextAsync(file + ".bad.csv"), Does.StartWith(Theirs[..7] + "2,"));
    }

    [Test]
    public async Task Links_UnderEveryNameThatAVerbWrites_AreNotFollowed()
    {
        var rows = Write("p.csv", "name\nbolt\n\"\"\n");
        var lines = Write("p.jsonl", "not JSON\n");
        var handles = Write("handles.jsonl", "not JSON\n");
        string[] names =
        [
            "p.csv.bad.csv",
            "p.csv.progress",
            "p.csv.progress.tmp",
            "p.jsonl.bad.jsonl",
            "handles.jsonl.bad.csv",
            "out.jsonl",
            "out.jsonl.partial",
            "pack.json.partial",
            "backup.db.partial",
            "siteinfo.json",
            "pubkey.pem",
            "pubkey.base64",
        ];
        foreach (var name in names)
        {
            File.CreateSymbolicLink(Path.Combine(Root, name), Victim);
        }

        await RunAsync([.. Verb(rows), "--restart"]);
        await RunAsync("import", lines, "--data", Data);
        await RunAsync("handle", "import", handles, "--data", Data);
        await DoAsync("export", "--data", Data, "--output", Path.Combine(Root, "out.jsonl"));
        await DoAsync("template", "export", "--data", Data, "--output", Path.Combine(Root, "pack.json"));
        await DoAsync("backup", Path.Combine(Root, "backup.db"), "--data", Data);
        await DoAsync(
            "handle",
            "site",
            "--data",
            Data,
            "--out",
            Root,
            "--http",
            "127.0.0.1:1",
            "--handle",
            "127.0.0.1:2"
        );

        await CheckVictimAsync();
        foreach (
            var name in names.Where(n =>
                File.Exists(Path.Combine(Root, n)) && !n.EndsWith(".tmp", StringComparison.Ordinal)
            )
        )
        {
            Assert.That(new FileInfo(Path.Combine(Root, name)).LinkTarget, Is.Null, name);
        }
    }

    [Test]
    public async Task Progress_ThatNeverEnds_IsNotRead()
    {
        var file = Write("p.csv", "name\nbolt\n");
        File.CreateSymbolicLink(file + ".progress", "/dev/zero");

        var ran = await RunAsync(Verb(file));

        Assert.That(ran.Output, Does.StartWith("registered 1, same 0, bad 0"));
    }

    [Test]
    public async Task Create_WhileSomebodyMakesALinkAgainAndAgain_NeverWritesThroughIt()
    {
        var path = Path.Combine(Root, "made");
        using var end = new CancellationTokenSource();
        var attacker = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    File.CreateSymbolicLink(path, Victim);
                }
                catch (IOException)
                {
                    // It is there.
                }
            }
        });
        var (made, refused) = (0, 0);
        for (var i = 0; i < 3_000; i++)
        {
            try
            {
                using var stream = VerbFile.Create(path);
                stream.Write("mine"u8);
                made++;
            }
            catch (IOException)
            {
                refused++;
            }
        }
        await end.CancelAsync();
        await attacker;

        TestContext.Out.WriteLine($"made {made}, refused {refused}");
        await CheckVictimAsync();
    }

    /// <summary>Notes that the first row of a file is done, and that seven bytes of bad rows were written.</summary>
    private async Task NoteAsync(string file, NodeSecrets? secrets = null)
    {
        using var node = await OpenAsync();
        using var csv = CsvFile.Open(file, ",", null);
        var header = csv.Header;
        var plan = ImportPlan.Make(
            node.Get<CatalogHolder>().Current,
            header,
            new ImportArguments { Template = "part" }
        );
        var rights = new FileRights(areLent: false, new("row", "行"), static _ => { });
        var importer = new CsvImporter(node, csv, plan, rights, static _ => []);
        await importer.BeginAsync(restart: true, default);
        (importer.State with { Rows = 1, Registered = 1, BadRowsLength = 7 }).Save(
            file + ".progress",
            secrets ?? node.Get<NodeSecrets>()
        );
    }

    private async Task CheckVictimAsync() =>
        Assert.That(await File.ReadAllTextAsync(Victim, Encoding.UTF8), Is.EqualTo(Theirs));
}
