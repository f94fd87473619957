using IdResolution.Core.Upstream;
using IdResolution.Server.Options;
using IdResolution.Server.Simulation;
using IdResolution.Server.SnmsWire;
using IdResolution.Server.Tests.Rest;
using IdResolution.Server.UpstreamLink;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Upstream;

/// <summary>When failures (-4, 500) are taken for the fault of items. Tries follow without pauses.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SnmsFailuresTests
{
    private const string User = "factory";
    private const string Batches = SnmsPaths.Data + "/batch*";

    private readonly TemporaryDirectory _directory = new();
    private readonly SecondaryNode _upper = new([new SecondaryNodeUser(User, "the-secret", TestNode.Prefix)]);
    private SecondaryNodeServer _server = null!;
    private SnmsLink _link = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await SecondaryNodeServer.StartAsync(_upper);
        var secret = Path.Combine(_directory.Path, "secret");
        await File.WriteAllTextAsync(secret, "the-secret");
        var options = new UpstreamOptions
        {
            Url = _server.Address.ToString(),
            User = User,
            SecretFile = secret,
        };
        _link = new SnmsLink(options, TimeProvider.System);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _link.Dispose();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task Page_OfWhichTwoCallsFail_PassesInTheEnd()
    {
        _upper.Add(new Fault(FaultKind.Failed) { Path = Batches });

        var tries = 1;
        while (!await PassesAsync(creates: 12, updates: 1))
        {
            Assert.That(++tries, Is.LessThan(60));
        }

        Assert.That(tries, Is.GreaterThan(15), "it is waited for");
        _link.EndPage();
        Assert.That(await PassesAsync(creates: 1, updates: 0), Is.False, "the next page is waited for too");
    }

    [Test]
    public async Task Failures_WhileNothingIsAnswered_AreNotHeldAgainstItems()
    {
        _upper.Add(new Fault(FaultKind.Failed));
        for (var i = 0; i < 30; i++)
        {
            Assert.That(await PassesAsync(creates: 12, updates: 0), Is.False);
        }
        _upper.Remove();
        _upper.Add(new Fault(FaultKind.Failed) { Path = Batches });

        Assert.That(await PassesAsync(creates: 12, updates: 0), Is.False);
    }

    [Test]
    public void Items_ThatFailAloneForLong_AreJudgedOnce()
    {
        var time = new Clock();
        var failures = new SnmsFailures(time);
        for (var i = 0; i < 3; i++)
        {
            failures.Failed("create");
        }
        for (var i = 0; i < 5; i++)
        {
            time.Minutes += 15;
            Assert.That(failures.LooksForCause, Is.True);
            failures.WasOfItem();
        }
    }

    /// <summary>Sends a page; false if it has to come again.</summary>
    private async Task<bool> PassesAsync(int creates, int updates)
    {
        try
        {
            await _link.CreateAsync([.. Items("C", creates)], CancellationToken.None);
            await _link.UpdateAsync([.. Items("U", updates)], CancellationToken.None);
            return true;
        }
        catch (UpstreamException)
        {
            return false;
        }
    }

    private static IEnumerable<UpstreamItem> Items(string name, int count) =>
        Enumerable.Range(0, count).Select(i => new UpstreamItem($"{TestNode.Prefix}/{name}{i}", "part_1", []));

    private sealed class Clock : TimeProvider
    {
        public int Minutes { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => TimeSpan.FromMinutes(Minutes).Ticks;
    }
}
