using IdResolution.Server.CommandLine;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Simulation;

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
        var mark = Path.Combine(Data, "upstream.reconcile");
        await File.WriteAllTextAsync(
            mark,
            $$"""{"After":{{long.MaxValue}},"Read":7,"Differing":0,"Pending":0,"Kept":0}"""
        );
        var resumed = await ReconcileAsync();
        Assert.That(resumed.Output + resumed.Error, Does.Contain("Compared: 7."));
        Assert.That(File.Exists(mark), Is.False);
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
