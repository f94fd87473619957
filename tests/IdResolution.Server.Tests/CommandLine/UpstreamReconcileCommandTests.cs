using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Upstream;
using IdResolution.Server.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting.Work;
using IdResolution.Server.Options;
using IdResolution.Server.Simulation;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary><c>upstream reconcile</c> against a simulated secondary node, without a node that serves.</summary>
[TestFixture]
public sealed class UpstreamReconcileCommandTests : CommandLineFixture
{
    private const string Secret = "the-secret-of-the-factory";

    private readonly SecondaryNode _upper = new([new SecondaryNodeUser("factory", Secret, "88.300.1")]);
    private SecondaryNodeServer _server = null!;

    [SetUp]
    public async Task StartUpperAsync() => _server = await SecondaryNodeServer.StartAsync(_upper);

    [TearDown]
    public async Task StopUpperAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Reconcile_FindsWhatDiffers_RepairMendsIt_AndIsAudited()
    {
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        await DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", "88.300.1/B1");

        var waiting = await ReconcileAsync();
        Assert.That((waiting.Code, waiting.Output), Is.EqualTo((0, waiting.Output)), waiting.Error);
        Assert.That(waiting.Output + waiting.Error, Does.Contain("Not gone up yet: 1."));

        var sent = await ReconcileAsync("--repair");
        Assert.That(sent.Code, Is.Zero, sent.Error);
        Assert.That(_upper.Count, Is.EqualTo(1));
        Assert.That((await ReconcileAsync("--sample", "10")).Code, Is.Zero);

        _upper.Snapshot();
        await DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", "88.300.1/B2");
        await ReconcileAsync("--repair");
        _upper.Restore();
        var lost = await ReconcileAsync();
        Assert.That(lost.Code, Is.EqualTo(1));
        Assert.That(lost.Output, Does.Contain("88.300.1/B2\tmissing there"));

        var mended = await ReconcileAsync("--repair");
        Assert.That(mended.Code, Is.Zero, mended.Error);
        Assert.That(_upper.Find("88.300.1/B2"), Is.Not.Null);
        Assert.That((await ReconcileAsync()).Code, Is.Zero);
        Assert.That(await DoAsync("audit", "list", "--data", Data), Does.Contain("upstream.repair"));
    }

    [Test]
    public async Task Reconcile_WhileTheUpperIsAway_CannotRun_AndGoesOnWhereItWas()
    {
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        await DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", "88.300.1/B1");
        await ReconcileAsync("--repair");
        _upper.Add(new Fault(FaultKind.Closed));

        var away = await ReconcileAsync();
        Assert.That(away.Code, Is.EqualTo(2));
        Assert.That(away.Error, Does.Contain("The secondary node cannot be asked"));

        _upper.Remove();
        var mark = await MarkAsync(repairs: false);
        var resumed = await ReconcileAsync();
        Assert.That(resumed.Output + resumed.Error, Does.Contain("Compared: 7."));
        Assert.That(File.Exists(mark), Is.False);
    }

    [Test]
    public async Task Mark_OfAnotherComparison_IsNotGoneOnWith()
    {
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        await DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", "88.300.1/B1");
        _upper.Snapshot();
        await ReconcileAsync("--repair");
        _upper.Restore();

        await MarkAsync(repairs: false);
        var repaired = await ReconcileAsync("--repair");
        Assert.That(
            (repaired.Code, _upper.Count),
            Is.EqualTo((0, 1)),
            "not by the mark of a run that repaired nothing"
        );
        await MarkAsync(repairs: false, user: "another");
        Assert.That((await ReconcileAsync()).Output, Does.Contain("Compared: 1."));
        await MarkAsync(repairs: false, share: UpstreamShare.All);
        Assert.That((await ReconcileAsync()).Output, Does.Contain("Compared: 1."));
        await MarkAsync(repairs: false);
        Assert.That((await ReconcileAsync("--revoke-extras")).Output, Does.Contain("Compared: 1."));
        await MarkAsync(repairs: false, log: "another");
        Assert.That((await ReconcileAsync()).Output, Does.Contain("Compared: 1."));
        await MarkAsync(repairs: false, hours: 25);
        Assert.That((await ReconcileAsync()).Output, Does.Contain("Compared: 1."));
        await MarkAsync(repairs: false, hours: -1);
        Assert.That((await ReconcileAsync()).Output, Does.Contain("Compared: 1."));
    }

    /// <summary>Leaves the mark of a comparison of seven records that is through but for the end.</summary>
    private async Task<string> MarkAsync(
        bool repairs,
        string user = "factory",
        string? log = null,
        int hours = 0,
        UpstreamShare share = UpstreamShare.Identifier
    )
    {
        using var node = await OpenAsync();
        var mark = new ReconcileMark(
            repairs,
            RemovesLost: false,
            ReconcileMark.WayOf(
                new UpstreamOptions
                {
                    Url = _server.Address.ToString(),
                    User = user,
                    Share = share,
                }.Rules
            ),
            log ?? $"{node.Get<CatalogHolder>().Current.Log!.Name}",
            DateTimeOffset.UtcNow.AddHours(-hours),
            new ReconcileProgress(long.MaxValue, 7, 0, 0, 0)
        );
        var file = Path.Combine(Data, "upstream.reconcile");
        await File.WriteAllTextAsync(file, mark.Write(mark.Progress!, mark.At));
        return file;
    }

    [Test]
    public async Task Repair_AfterARestoreHere_RevokesWhatMayBeLost_OnlyWhereThatIsAskedFor()
    {
        await using var upper = await TestNode.StartAsync();
        await upper.Node.Keys.CreateAsync(
            new NewKey(Role.Registrar, "factory", null, null, TestNode.Prefix, Secret),
            Caller.Node,
            CancellationToken.None
        );
        var address = $"http://{upper.EndPoint}";
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        await RegisterAsync("B1");
        var backup = Path.Combine(Root, "backup.db");
        await DoAsync("backup", backup, "--data", Data);
        await RegisterAsync("B2");
        Assert.That((await AtAsync("--repair")).Code, Is.Zero);
        await DoAsync("restore", backup, "--data", Data);

        var plain = await AtAsync("--repair");
        Assert.That(plain.Code, Is.EqualTo(1), plain.Error);
        Assert.That(plain.Output, Does.Contain("88.300.1/B2\tonly there; perhaps lost here by the restore"));
        Assert.That((await upper.GetAsync("/api/v1/identifiers/88.300.1/B2")).Status, Is.EqualTo(200));

        var asked = await AtAsync("--repair", "--revoke-extras");
        Assert.That(asked.Code, Is.Zero, asked.Output + asked.Error);
        Assert.That((await upper.GetAsync("/api/v1/identifiers/88.300.1/B2")).Status, Is.EqualTo(410));

        Task<string> RegisterAsync(string name) =>
            DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", "88.300.1/" + name);

        Task<Ran> AtAsync(params string[] more)
        {
            var arguments = Arguments(more);
            arguments[Array.IndexOf(arguments, "--upstream-url") + 1] = address;
            return RunAsync(arguments);
        }
    }

    [Test]
    public async Task Reconcile_SampleOfAll_IsNotTakenForAWholeRun()
    {
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        _upper.Snapshot();
        await DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", "88.300.1/S1");
        await ReconcileAsync("--repair");
        Assert.That((await ReconcileAsync("--sample", "10")).Output, Does.Contain("Compared: 1. Differing: 0."));
        _upper.Restore();

        var whole = await ReconcileAsync();

        Assert.That(whole.Code, Is.EqualTo(1), whole.Error);
        Assert.That(whole.Output, Does.Contain("88.300.1/S1\tmissing there"));
    }

    [Test]
    public async Task Reconcile_AfterARestoreHere_FindsWhatTheDatabasePutAsideHad()
    {
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        await DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", "88.300.1/B1");
        var backup = Path.Combine(Root, "backup.db");
        await DoAsync("backup", backup, "--data", Data);
        await DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", "88.300.1/B2");
        await ReconcileAsync("--repair");
        await DoAsync("restore", backup, "--data", Data);
        var aside = Directory.GetFiles(Data, "*.lost.jsonl").Single()[..^".lost.jsonl".Length];

        Assert.That((await ReconcileAsync("--repair")).Code, Is.Zero, "it knows nothing of B2");
        var found = await ReconcileAsync("--aside", aside);
        Assert.That(found.Code, Is.EqualTo(1), found.Error);
        Assert.That(found.Output, Does.Contain("88.300.1/B2\tlost here by a restore"));

        Assert.That((await ReconcileAsync("--aside", aside, "--repair")).Code, Is.Zero);
        Assert.That(_upper.Find("88.300.1/B2"), Is.Null);
        Assert.That(_upper.Find("88.300.1/B1"), Is.Not.Null);
    }

    [Test]
    public async Task Repair_WithAnAsideThatIsNotThere_ChangesNothing()
    {
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        await DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", "88.300.1/NOT-SENT");

        var typo = await ReconcileAsync("--repair", "--aside", Path.Combine(Data, "typo.db"));

        Assert.That(typo.Code, Is.EqualTo(2), typo.Output);
        Assert.That(typo.Error, Does.Contain("--aside: the list of lost entries cannot be read"));
        Assert.That(_upper.Find("88.300.1/NOT-SENT"), Is.Null);
    }

    [Test]
    public async Task Repair_OutsideTheWindow_SaysUntilWhenItWaits()
    {
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        await DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", "88.300.1/B1");
        var now = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        Variables["IDR__Upstream__Window"] = $"{now.AddHours(2):HH:mm}-{now.AddHours(3):HH:mm}";
        using var stop = new CancellationTokenSource();
        using var written = new StringWriter();
        using var error = TextWriter.Synchronized(written);
        var invocation = new CommandInvocation(new CommandEnvironment(Root, Variables))
        {
            Output = TextWriter.Null,
            Error = error,
        };

        var running = IdnodeCommand.RunAsync(Arguments("--repair"), invocation, stop.Token);

        Assert.That(Written, Does.Contain($"closed until {now.AddHours(2):HH:mm} (Asia/Shanghai)").After(30_000, 50));
        await stop.CancelAsync();
        await running;

        string Written()
        {
            // As the writer itself locks.
            lock (error)
            {
                return written.ToString();
            }
        }
    }

    [Test]
    public async Task Reconcile_WithoutUpstream_NamesTheSetting()
    {
        await InitAsync();
        var ended = await RunAsync("upstream", "reconcile", "--data", Data);
        Assert.That(ended.Code, Is.EqualTo(2));
        Assert.That(ended.Error, Does.Contain("--upstream-url"));
    }

    private Task<Ran> ReconcileAsync(params string[] more) => RunAsync(Arguments(more));

    private string[] Arguments(params string[] more) =>
        [
            "upstream",
            "reconcile",
            "--data",
            Data,
            "--upstream-url",
            _server.Address.ToString(),
            "--upstream-user",
            "factory",
            "--upstream-secret-file",
            Write("secret", Secret),
            .. more,
        ];
}
