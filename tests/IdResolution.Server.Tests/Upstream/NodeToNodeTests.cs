using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Snms;
using IdResolution.Core.Statistics;
using IdResolution.Core.Upstream;
using IdResolution.Server.Options;
using IdResolution.Server.SnmsWire;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Upstream;

/// <summary>A node whose secondary node is another of ours.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class NodeToNodeTests
{
    private const string Secret = "a-secret-of-12-bytes";

    private TemporaryDirectory _directory = null!;
    private TestNode _upper = null!;
    private TestNode _node = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _directory = new TemporaryDirectory();
        _upper = await TestNode.StartAsync();
        var made = await _upper.Node.Keys.CreateAsync(
            new NewKey(Role.Registrar, "factory", null, null, TestNode.Prefix, Secret),
            Caller.Node,
            CancellationToken.None
        );
        Assert.That(made.IsOk, Is.True);
    }

    [TearDown]
    public async Task StopAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
        await _upper.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task Record_RegisteredChangedAndRevoked_IsSoAtTheSecondaryNode()
    {
        await StartNodeAsync();
        var id = await _node.RegisterAsync(""" "attributes":{"name":"泵","cost":"12.5","tags":["a","b"]} """);
        await InStepAsync();
        var there = JsonDocument
            .Parse((await _upper.GetAsync($"/api/v1/identifiers/{id}", Role.Admin)).Text)
            .RootElement;
        Assert.That(there.GetProperty("attributes").GetProperty("name").GetString(), Is.EqualTo("泵"));
    }

    [Test]
    public async Task Extras_AreFound_AndThoseThatThisUserAloneWroteAreRevoked()
    {
        await StartNodeAsync();
        for (var i = 0; i < 3; i++)
        {
            await _node.RegisterAsync();
        }
        var gone = await _node.RegisterAsync();
        await InStepAsync();
        await _node.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/{gone}");
        var (own, mixed, others) = (Id("OWN"), Id("MIXED"), Id("OTHERS"));
        await MakeThereAsync(own, mixed);
        var changed = await _upper.SendAsync(
            Role.Registrar,
            "PATCH",
            $"/api/v1/identifiers/{mixed}",
            """{"values":[{"index":7,"type":"NOTE","data":"theirs"}]}"""
        );
        Assert.That(changed.Status, Is.EqualTo(200), changed.ToString());
        await _upper.RegisterAsync(identifier: others);
        await InStepAsync();

        var found = await ReconcileAsync(removes: false);
        Assert.That(
            found.Differences.Select(d => (d.Identifier, d.What.En)),
            Is.EqualTo(
                new[]
                {
                    (mixed, "only there, written by others there too"),
                    (others, "only there, written by others there too"),
                    (own, "only there"),
                }
            )
        );
        Assert.That((found.End.Extra, found.End.Removed), Is.EqualTo((3, 0)));

        var mended = await ReconcileAsync(removes: true);
        Assert.That((mended.End.Extra, mended.End.Removed), Is.EqualTo((3, 1)));
        Assert.That((await _upper.GetAsync($"/api/v1/identifiers/{own}")).Status, Is.EqualTo(410));
        Assert.That((await _upper.GetAsync($"/api/v1/identifiers/{mixed}")).Status, Is.EqualTo(200));

        // A run that goes on looks at what comes after.
        var later = await ReconcileAsync(removes: false, mended.End with { Extra = 2, Listed = mixed });
        Assert.That(later.Differences.Select(d => d.Identifier), Is.EqualTo(new[] { others }));
        Assert.That(later.End.Extra, Is.EqualTo(3));
    }

    [Test]
    public async Task Extras_OfANodeThatHasFewRecords_AreNamedAndStay()
    {
        await StartNodeAsync();
        await _node.RegisterAsync();
        await InStepAsync();
        await MakeThereAsync(Id("ONE"), Id("TWO"));

        var found = await ReconcileAsync(removes: true);

        Assert.That((found.End.Extra, found.End.Removed), Is.EqualTo((2, 0)));
        Assert.That(found.Differences[0].What.En, Does.Contain("so few of the prefix are here"));
        Assert.That((await _upper.GetAsync($"/api/v1/identifiers/{Id("ONE")}")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task KeyOfTheNodeBelow_WithARateLimit_MakesNoLetters_AndComparisonsWait()
    {
        var made = await _upper.Node.Keys.CreateAsync(
            new NewKey(Role.Registrar, "slow", null, 5, TestNode.Prefix, Secret),
            Caller.Node,
            CancellationToken.None
        );
        Assert.That(made.IsOk, Is.True);
        await StartNodeAsync(upstream => upstream.User = "slow");
        for (var i = 0; i < 30; i++)
        {
            await _node.RegisterAsync();
            // Each goes up by itself.
            await Task.Delay(20);
        }
        await InStepAsync(seconds: 90);

        var found = await ReconcileAsync(removes: false);

        Assert.That(found.Differences, Is.Empty);
        Assert.That(found.End.Read, Is.EqualTo(30));
    }

    [Test]
    public async Task Identifier_ChangedMoreOftenThanIsLookedAt_IsNotTakenForTheCallersOwn()
    {
        await StartNodeAsync();
        var id = Id("OFTEN");
        await _node.RegisterAsync();
        await InStepAsync();
        await MakeThereAsync(id);
        var link = _node.Services.GetRequiredService<IUpstreamLink>();
        Assert.That(await link.IsOwnAsync(id, CancellationToken.None), Is.True);
        for (var i = 0; i < 1_000; i++)
        {
            var changed = new UpstreamItem(id, "part", [new UpstreamValue(2000, "name", $"{i}")]);
            var answer = await link.UpdateAsync([changed], CancellationToken.None);
            Assert.That(answer[0].Outcome, Is.EqualTo(UpstreamOutcome.Done), answer[0].Message);
        }

        Assert.That(await link.IsOwnAsync(id, CancellationToken.None), Is.False);
    }

    [Test]
    public async Task Lost_ThatOthersWroteThereToo_IsNotDeleted()
    {
        await StartNodeAsync();
        await _node.RegisterAsync();
        await InStepAsync();
        await MakeThereAsync(Id("OWN"));
        await _upper.RegisterAsync(identifier: Id("OTHERS"));
        var found = new List<UpstreamDifference>();

        var end = await _node
            .Services.GetRequiredService<UpstreamReconciler>()
            .CompareLostAsync(
                [Identifier.Parse(Id("OWN")).Value, Identifier.Parse(Id("OTHERS")).Value],
                new ReconcilePlan { Repairs = true },
                found.Add,
                static _ => { },
                CancellationToken.None
            );

        Assert.That((end.Differing, end.Stayed), Is.EqualTo((2, 1)));
        Assert.That(found[1].What.En, Does.Contain("where others wrote it too"));
        Assert.That((await _upper.GetAsync($"/api/v1/identifiers/{Id("OWN")}")).Status, Is.EqualTo(410));
        Assert.That((await _upper.GetAsync($"/api/v1/identifiers/{Id("OTHERS")}")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Extra_RegisteredHereWhileItIsRevokedThere_IsSentAgain()
    {
        await StartNodeAsync();
        await _node.RegisterAsync();
        await InStepAsync();
        await MakeThereAsync(Id("RACE"));
        var link = DispatchProxy.Create<IUpstreamLink, BeforeDelete>();
        ((BeforeDelete)link).Link = _node.Services.GetRequiredService<IUpstreamLink>();
        ((BeforeDelete)link).Before = async () =>
        {
            await _node.RegisterAsync(identifier: Id("RACE"));
            await InStepAsync();
        };

        var end = await ActivatorUtilities
            .CreateInstance<UpstreamReconciler>(_node.Services, link)
            .RunAsync(
                new ReconcilePlan { PerSecond = 100_000, Removes = true },
                _ => { },
                _ => Task.CompletedTask,
                CancellationToken.None
            );

        Assert.That((end.Extra, end.Removed), Is.EqualTo((0, 0)));
        Assert.That(
            async () => (await _upper.GetAsync($"/api/v1/identifiers/{Id("RACE")}")).Status,
            Is.EqualTo(200).After(20_000, 50)
        );
    }

    [Test]
    public async Task Counts_OfTheNodeBelow_AfterItsClockWasAhead_AreReported()
    {
        await StartNodeAsync(upstream => upstream.Statistics = false);
        await CountAsync(Count(Today, "register", 4));
        var settings = _node.Services.GetRequiredService<ISettingStore>();
        await SendAsync();
        var (name, told) = (await settings.ListAsync("upstream.counted:", CancellationToken.None)).Single();
        await settings.ReplaceAsync(name, told, "2099-01-01", CancellationToken.None);
        await CountAsync(Count(Today, "register", 3));

        await SendAsync();

        Assert.That(await ReportedAsync(), Does.Contain($"{Today:yyyy-MM-dd} reported-register 7"));
        Assert.That(await settings.FindSettingAsync(name, CancellationToken.None), Is.EqualTo(told));

        async Task SendAsync() =>
            Assert.That(
                (await Counts().SendAsync("upper", CancellationToken.None)).Outcome,
                Is.EqualTo(UpstreamOutcome.Done)
            );
    }

    [Test]
    public async Task Counts_OfTheNodeBelow_AreReportedByItself()
    {
        await StartNodeAsync();
        await _node.RegisterAsync();

        Assert.That(
            async () => await ReportedAsync(),
            Does.Contain($"{Today:yyyy-MM-dd} reported-register 1").After(30_000, 200)
        );
    }

    [Test]
    public async Task Counts_SentAgain_CountOnce_AndDaysOfAnOutageFollow()
    {
        await StartNodeAsync(upstream => upstream.Statistics = false);
        var longAgo = Today.AddDays(-100);
        await CountAsync(
            Count(longAgo, "register", 7),
            Count(longAgo, "resolve", 3),
            Count(Today.AddDays(-1), "register", 2),
            // Neither of these goes up.
            Count(longAgo, "update", 5),
            Count(longAgo, "register", 11, template: ""),
            Count(longAgo, "register", 13, prefix: "88.999")
        );

        var counts = Counts();
        await SendAsync(counts);
        string[] first = [$"{longAgo:yyyy-MM-dd} reported-register 7", $"{longAgo:yyyy-MM-dd} reported-resolve 3"];
        Assert.That(await ReportedAsync(), Is.SupersetOf(first));
        await SendAsync(counts);
        await SendAsync(Counts());
        Assert.That(await ReportedAsync(), Is.SupersetOf(first));

        await CountAsync(Count(Today.AddDays(-1), "register", 40), Count(Today, "resolve", 6));
        await SendAsync(counts);
        Assert.That(
            await ReportedAsync(),
            Is.SupersetOf(
                new[]
                {
                    $"{Today.AddDays(-1):yyyy-MM-dd} reported-register 42",
                    $"{Today:yyyy-MM-dd} reported-resolve 6",
                }
            )
        );
        Assert.That(await ReportedAsync("88.999"), Is.Empty);

        async Task SendAsync(UpstreamCounts sender) =>
            Assert.That(
                (await sender.SendAsync("upper", CancellationToken.None)).Outcome,
                Is.EqualTo(UpstreamOutcome.Done)
            );
    }

    [Test]
    public async Task Counts_OfTwoStoresWithOneUser_StandSideBySide()
    {
        await StartNodeAsync(upstream => upstream.Statistics = false);
        var link = _node.Services.GetRequiredService<IUpstreamLink>();
        ReportedCount[] counts = [new(Today, TestNode.Prefix, Register: 5, Resolve: 0)];
        ReportedCount[] others = [new(Today, TestNode.Prefix, Register: 7, Resolve: 0)];

        // As a node of an earlier version, which does not say its store.
        await ReportAsync("", counts);
        Assert.That(await ReportedAsync(), Does.Contain($"{Today:yyyy-MM-dd} reported-register 5"));
        await ReportAsync("one", counts);
        await ReportAsync("two", others);
        await ReportAsync("one", counts);

        var both = new[] { 0, 5, 7 }.Select(count => $"{Today:yyyy-MM-dd} reported-register {count}");
        Assert.That((await ReportedAsync()).Where(c => c.Contains("register")), Is.EquivalentTo(both));
        for (var i = 3; i <= SnmsLowerNodes.MaxStores; i++)
        {
            await ReportAsync($"store-{i}", counts);
        }
        await ReportAsync("one-too-many", counts, UpstreamOutcome.Refused);
        await ReportAsync("No Name", counts, UpstreamOutcome.Refused);

        async Task ReportAsync(string store, ReportedCount[] told, UpstreamOutcome outcome = UpstreamOutcome.Done) =>
            Assert.That((await link.ReportAsync(store, told, CancellationToken.None)).Outcome, Is.EqualTo(outcome));
    }

    private DateOnly Today => DateOnly.FromDateTime(_node.Services.GetRequiredService<PlantClock>().Now.DateTime);

    private static string Id(string name) => $"{TestNode.Prefix}/{name}";

    private static Statistic Count(
        DateOnly day,
        string operation,
        long count,
        string template = "part",
        string prefix = TestNode.Prefix
    ) => new(new StatisticKey(day, template, "mes", operation, prefix), count);

    private Task CountAsync(params Statistic[] counts) =>
        _node.Services.GetRequiredService<IStatisticStore>().AddAsync(counts, CancellationToken.None);

    private UpstreamCounts Counts() => ActivatorUtilities.CreateInstance<UpstreamCounts>(_node.Services);

    /// <summary>What the upper node shows of the counts that were reported to it.</summary>
    private async Task<IEnumerable<string>> ReportedAsync(string prefix = TestNode.Prefix) =>
        (
            await _upper.GetAsync(
                $"/api/v1/statistics?prefix={prefix}&from={Today.AddDays(-200):yyyy-MM-dd}",
                Role.Reader
            )
        )
            .Items.Where(i => i.GetProperty("operation").GetString()!.StartsWith("reported-", StringComparison.Ordinal))
            .Select(i =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{i.GetProperty("day")} {i.GetProperty("operation")} {i.GetProperty("count")}"
                )
            );

    /// <summary>Registers identifiers at the upper node as the user that this node logs in as.</summary>
    private async Task MakeThereAsync(params string[] identifiers)
    {
        var login = await _upper.SendAsync(
            null,
            "POST",
            SnmsPaths.Token,
            $$"""{"username":"factory","password":"{{Secret}}"}"""
        );
        var token = login.Json.GetProperty("data").GetProperty("token").GetString();
        foreach (var identifier in identifiers)
        {
            var made = await _upper.SendAsync(
                token,
                "POST",
                SnmsPaths.Data,
                $$"""{"handle":"{{identifier}}","templateVersion":"part","value":[]}"""
            );
            Assert.That(made.Json.GetProperty("status").GetInt32(), Is.EqualTo(1), made.ToString());
        }
    }

    private async Task<(List<UpstreamDifference> Differences, ReconcileProgress End)> ReconcileAsync(
        bool removes,
        ReconcileProgress? from = null
    )
    {
        var found = new List<UpstreamDifference>();
        var end = await _node
            .Services.GetRequiredService<UpstreamReconciler>()
            .RunAsync(
                new ReconcilePlan
                {
                    PerSecond = 100_000,
                    Removes = removes,
                    From = from ?? new ReconcileProgress(0, 0, 0, 0, 0),
                },
                found.Add,
                _ => Task.CompletedTask,
                CancellationToken.None
            );
        return (found, end);
    }

    private async Task StartNodeAsync(Action<UpstreamOptions>? configure = null)
    {
        var secret = Path.Combine(_directory.Path, "secret");
        await File.WriteAllTextAsync(secret, Secret + "\n");
        _node = await TestNode.StartAsync(options =>
        {
            options.Upstream.Url = $"http://{_upper.EndPoint}";
            options.Upstream.User = "factory";
            options.Upstream.SecretFile = secret;
            options.Upstream.Share = UpstreamShare.Public;
            configure?.Invoke(options.Upstream);
        });
    }

    private async Task InStepAsync(int seconds = 20)
    {
        var progress = _node.Services.GetRequiredService<UpstreamProgress>();
        Assert.That(
            async () => (await progress.ReadAsync(CancellationToken.None)).Lag,
            Is.Zero.After(seconds * 1_000, 50),
            () => _node.Log.ToString() + progress.ReadAsync(CancellationToken.None).Result
        );
        Assert.That((await progress.ReadAsync(CancellationToken.None)).Refused, Is.Zero);
    }

    /// <summary>A link before whose deletions something else happens.</summary>
    [SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "The proxy derives from it.")]
    public class BeforeDelete : DispatchProxy
    {
        internal IUpstreamLink Link { get; set; } = null!;

        internal Func<Task> Before { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IUpstreamLink.DeleteAsync))
            {
                return DeleteAsync((IReadOnlyList<string>)args![0]!);
            }
            return targetMethod.Invoke(Link, args);
        }

        private async Task<IReadOnlyList<UpstreamAnswer>> DeleteAsync(IReadOnlyList<string> identifiers)
        {
            await Before();
            return await Link.DeleteAsync(identifiers, CancellationToken.None);
        }
    }
}
