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
    public async Task Items_ThatFailAloneForLong_AreJudgedOnce()
    {
        _upper.Add(new Fault(FaultKind.Failed) { Handle = "C", Path = Batches });
        await TakesTriesAsync(3);

        for (var page = 0; page < 5; page++)
        {
            Assert.That(await PassesAsync(creates: 2, updates: 1), Is.True, "it is looked for at once");
            _link.EndPage();
        }

        // Nobody is at fault any more.
        _upper.Remove();
        Assert.That(await PassesAsync(creates: 2, updates: 1), Is.True);
        _link.EndPage();
        _upper.Add(new Fault(FaultKind.Failed) { Path = Batches });
        await TakesTriesAsync(3);
    }

    [Test]
    public async Task Page_WithOneItemAtFault_TakesTheOthers()
    {
        _upper.Add(new Fault(FaultKind.Failed) { Handle = "C42", Path = Batches });
        await TakesTriesAsync(3, creates: 200);
        _upper.ForgetCalls();

        var answers = await _link.CreateAsync([.. Items("C", 200)], CancellationToken.None);

        Assert.That(
            Enumerable.Range(0, 200).Where(i => answers[i].Outcome == UpstreamOutcome.Failed),
            Is.EqualTo([42])
        );
        Assert.That(_upper.Calls, Has.Count.LessThan(25), "it is found by halves");
    }

    [Test]
    public async Task Failures_OfOnePage_AreNotHeldAgainstTheNext()
    {
        for (var page = 0; page < 5; page++)
        {
            _upper.Add(new Fault(FaultKind.Failed) { Path = Batches, Count = 2 });
            await TakesTriesAsync(2, creates: 4);
            Assert.That(await PassesAsync(creates: 4, updates: 1), Is.True);
            _link.EndPage();
        }
        Assert.That(
            _upper.Calls.Where(c => c.Path == SnmsPaths.BatchCreate).Select(c => c.Handles.Count),
            Has.All.EqualTo(4),
            "nothing is sent in halves"
        );
    }

    [Test]
    public async Task Letters_ThatFailWhileTheLogGoesOn_AreLookedFor()
    {
        _upper.Add(new Fault(FaultKind.Failed) { Handle = "C", Path = Batches });
        for (var i = 0; i < 3; i++)
        {
            _link.BeginPage(isOfLetters: true);
            await TakesTriesAsync(1);
            _link.BeginPage(isOfLetters: false);
            Assert.That(await PassesAsync(creates: 0, updates: 1), Is.True);
            _link.EndPage();
        }

        _link.BeginPage(isOfLetters: true);

        Assert.That(await PassesAsync(creates: 2, updates: 0), Is.True);
    }

    /// <summary>Sends a page so many times, and it has to come again each time.</summary>
    private async Task TakesTriesAsync(int tries, int creates = 2)
    {
        for (var i = 0; i < tries; i++)
        {
            Assert.That(await PassesAsync(creates, updates: 1), Is.False, $"try {i + 1}");
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
}
