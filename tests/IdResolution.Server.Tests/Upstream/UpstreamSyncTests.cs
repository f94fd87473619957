using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;
using IdResolution.Core.Upstream;
using IdResolution.Server.Hosting;
using IdResolution.Server.Hosting.Work;
using IdResolution.Server.Options;
using IdResolution.Server.Simulation;
using IdResolution.Server.SnmsWire;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Upstream;

/// <summary>
/// What is registered, changed and revoked here is so at the secondary node, whatever it and the network do meanwhile.
/// </summary>
internal sealed class UpstreamSyncTests : UpstreamFixture
{
    private const int Name = 2000;
    private const int Cost = 2002;
    private const int Tags = 2005;
    private const int Plain = 9999;

    [Test]
    public async Task Record_ThroughItsLife_IsTheSameThere()
    {
        await StartNodeAsync();
        var id = await Node.RegisterAsync(""" "attributes":{"name":"泵","cost":"12.50","tags":["a","b"]} """);
        await InStepAsync();
        Assert.That(Upper.Find(id)![Name], Is.EqualTo("泵"));
        Assert.That(Upper.Find(id)![Cost], Is.EqualTo("12.5"), "canonical text");
        Assert.That(Upper.Find(id)![Tags], Is.EqualTo("""["a","b"]"""));

        await PatchAsync(id, """{"name":"pump","cost":null}""");
        await InStepAsync();
        Assert.That(Upper.Find(id)![Name], Is.EqualTo("pump"));
        Assert.That(Upper.Find(id)![Cost], Is.Null.Or.Empty);

        await RevokeAsync(id);
        await InStepAsync();
        Assert.That(Upper.Find(id), Is.Null);

        var again = await Node.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"template":"part","identifier":"{{id}}","attributes":{"name":"again"},"reinstate":true}"""
        );
        Assert.That(again.Status, Is.EqualTo(200));
        await InStepAsync();
        Assert.That(Upper.Find(id)![Name], Is.EqualTo("again"));
        Assert.That(await LettersAsync(), Is.Empty);
    }

    [TestCase(UpstreamShare.Identifier, null, null)]
    [TestCase(UpstreamShare.Public, "thing", null)]
    [TestCase(UpstreamShare.All, "thing", "3")]
    public async Task Shared_AsTheTemplateSays_NoMoreGoesUp(UpstreamShare share, string? name, string? cost)
    {
        await StartNodeAsync(upstream =>
        {
            upstream.Share = UpstreamShare.Nothing;
            upstream.Templates["part"] = share;
        });
        var id = await Node.RegisterAsync(""" "attributes":{"name":"thing","cost":3} """);
        await InStepAsync();
        var held = Upper.Find(id)!;
        Assert.That(held[Name], Is.EqualTo(name));
        Assert.That(held[Cost], Is.EqualTo(cost));
        Assert.That(held.Template.Items!.Select(i => i!.IdIndex).Contains(Cost), Is.EqualTo(cost is not null));
        Assert.That(held[Plain], Is.EqualTo(share == UpstreamShare.Identifier ? id : null));
        Assert.That(held.Template.Items!.Any(i => i!.Required == true), Is.False);
    }

    [Test]
    public async Task NothingShared_OrAnotherPrefix_NothingGoesUp()
    {
        await StartNodeAsync(upstream =>
        {
            upstream.Templates["part"] = UpstreamShare.Nothing;
            upstream.Prefix = "88.300.2";
        });
        await Node.RegisterAsync();
        await InStepAsync();
        Assert.That(Upper.Calls, Is.Empty);
    }

    [Test]
    public async Task LongValue_StaysHere_AndIsCounted()
    {
        await StartNodeAsync();
        var most = string.Concat(Enumerable.Repeat("😀", 255));
        var fits = await Node.RegisterAsync($$""" "attributes":{"name":"{{most}}"} """);
        var long_ = await Node.RegisterAsync($$""" "attributes":{"name":"{{most}}x","cost":1} """);
        await InStepAsync();
        Assert.That(Upper.Find(fits)![Name], Is.EqualTo(most));
        Assert.That(Upper.Find(long_)![Name], Is.Null.Or.Empty);
        Assert.That(Upper.Find(long_)![Cost], Is.EqualTo("1"));
        Assert.That(
            async () => (await Progress.ReadAsync(CancellationToken.None)).Told,
            Has.Property(nameof(UpstreamTold.Kept)).EqualTo(1).After(10_000, 100)
        );
        Assert.That(
            () => Node.Log.Texts,
            Has.Some.Contains($"{long_} (name)").After(10_000, 100),
            "the operator is told which"
        );
        Assert.That(
            (await ReconcileAsync()).Select(d => (d.Identifier, d.What.En, d.IsKept)),
            Is.EqualTo([(long_, "stays here, over 255 characters: name", true)])
        );
    }

    [Test]
    public async Task Template_WithANewAttribute_GoesUpBeforeItsValues()
    {
        await StartNodeAsync();
        await Node.RegisterAsync();
        await InStepAsync();
        await NextVersionAsync();
        var id = await Node.RegisterAsync(""" "attributes":{"name":"thing","colour":"red"} """);
        await InStepAsync();
        Assert.That(Upper.Find(id)![2007], Is.EqualTo("red"));
        Assert.That(Upper.Find(id)!.Template.Items![4]!.State, Is.Zero);
        Assert.That(await LettersAsync(), Is.Empty);
    }

    private static readonly object[] s_faults =
    [
        new Fault(FaultKind.Http500) { Count = 5 },
        new Fault(FaultKind.Http503) { Count = 2, RetryAfter = 1 },
        new Fault(FaultKind.Status504AfterSuccess) { Count = 2, Path = SnmsPaths.BatchCreate },
        new Fault(FaultKind.Status504AfterSuccess) { Count = 1, Path = SnmsPaths.BatchUpdate },
        new Fault(FaultKind.Status504AfterSuccess) { Count = 1, Path = SnmsPaths.BatchDelete },
        new Fault(FaultKind.Status504AfterSuccess) { Count = 1, Path = SnmsPaths.TemplateV5 },
        new Fault(FaultKind.DropAfterSuccess) { Count = 2, Path = SnmsPaths.BatchCreate },
        new Fault(FaultKind.DropAfterSuccess) { Count = 1, Path = SnmsPaths.TokenV1 },
        new Fault(FaultKind.Slow) { Count = 1, Milliseconds = 2_500 },
        new Fault(FaultKind.NotLoggedIn) { Count = 1 },
        new Fault(FaultKind.NotLoggedIn) { Count = 4 },
        new Fault(FaultKind.Busy) { Count = 2, Path = SnmsPaths.TemplateV5 },
        new Fault(FaultKind.Forbidden) { Count = 1, Path = SnmsPaths.BatchCreate },
        new Fault(FaultKind.Failed) { Count = 4 },
        new Fault(FaultKind.Closed) { Count = 3 },
        new Fault(FaultKind.Refuse) { Count = 1, Path = SnmsPaths.BatchCreate },
    ];

    [TestCaseSource(nameof(s_faults))]
    public async Task Fault_WhileEntriesWait_IsOverlived_WithNothingLost(object fault)
    {
        await StartNodeAsync();
        var ids = new List<string>();
        await WithoutUpperAsync(async () =>
        {
            for (var i = 0; i < 12; i++)
            {
                ids.Add(await Node.RegisterAsync());
            }
            await RevokeAsync(ids[0]);
            Upper.Add((Fault)fault);
        });
        await InStepAsync();
        await PatchAsync(ids[1], """{"name":"changed"}""");
        await RevokeAsync(ids[2]);
        await InStepAsync();
        Assert.That(Upper.Count, Is.EqualTo(10));
        Assert.That(Upper.Find(ids[1])![Name], Is.EqualTo("changed"));
        Assert.That(await LettersAsync(), Is.Empty);
        Assert.That(Upper.MostBatchesAtOnce(TestNode.Prefix), Is.EqualTo(1));
    }

    [Test]
    public async Task Template_ThatCannotBeReadForOnce_IsFoundAllTheSame()
    {
        await StartNodeAsync();
        await Node.RegisterAsync();
        await InStepAsync();
        // Asked once more after a new log-in.
        Upper.Add(new Fault(FaultKind.Busy) { Count = 2, Path = SnmsPaths.TemplateV5 });
        Node.Services.GetRequiredService<UpstreamSender>().ForgetTemplates();
        await Node.RegisterAsync();
        await InStepAsync();
        Assert.That(await LettersAsync(), Is.Empty);
        Assert.That(Upper.Faults, Is.Empty);
    }

    [Test]
    public async Task Identifier_WithACharacterThatIsNotShown_IsAnsweredAsItWasSent()
    {
        await StartNodeAsync();
        var id = await Node.RegisterAsync();
        await InStepAsync();
        var link = Node.Services.GetRequiredService<IUpstreamLink>();
        var there = (await link.FindAsync(id, CancellationToken.None)).Item!;

        // Stores of before, and imports, have such ones.
        var item = there with
        {
            Identifier = $"{TestNode.Prefix}/A\u200BB",
        };
        var answers = await link.CreateAsync([item], CancellationToken.None);

        Assert.That(answers[0].Outcome, Is.EqualTo(UpstreamOutcome.Done));
    }

    [TestCase(true, SnmsPaths.Token)]
    [TestCase(false, SnmsPaths.TokenV1)]
    public async Task LogIn_InTheClear_IsMadeWhereToldTo(bool isClear, string path)
    {
        await StartNodeAsync(upstream => upstream.ClearLogin = isClear);
        await Node.RegisterAsync();
        await InStepAsync();

        Assert.That(
            Upper
                .Calls.Select(c => c.Path)
                .Where(p => p.StartsWith("/identity/token", StringComparison.Ordinal))
                .Distinct(),
            Is.EqualTo([path])
        );
    }

    [Test]
    public async Task Token_Forgotten_IsRenewedOnce()
    {
        await StartNodeAsync();
        await Node.RegisterAsync();
        await InStepAsync();
        Upper.ForgetTokens();
        Upper.ForgetCalls();
        await Node.RegisterAsync();
        await InStepAsync();
        Assert.That(Upper.Calls.Count(c => c.Path == SnmsPaths.TokenV1), Is.EqualTo(1));
    }

    [Test]
    public async Task Identifier_ThereAlreadyWithOtherContent_IsUpdated()
    {
        await StartNodeAsync();
        var id = await Node.RegisterAsync();
        await InStepAsync();
        Upper.Snapshot();
        await PatchAsync(id, """{"name":"second"}""");
        var other = await Node.RegisterAsync();
        await InStepAsync();
        Upper.Restore();
        Assert.That(
            (await ReconcileAsync()).Select(d => d.Identifier),
            Is.EquivalentTo((string[])[id, other]),
            "a secondary node started from an older state"
        );

        Assert.That(await ReconcileAsync(repairs: true), Has.Count.EqualTo(2));

        await InStepAsync();
        Assert.That(Upper.Find(id)![Name], Is.EqualTo("second"));
        Assert.That(Upper.Find(other), Is.Not.Null);
    }

    [Test]
    public async Task RestoredUpper_HoldsWhatIsRevoked_RepairDeletesIt()
    {
        await StartNodeAsync();
        var id = await Node.RegisterAsync();
        await InStepAsync();
        Upper.Snapshot();
        await RevokeAsync(id);
        await InStepAsync();
        Upper.Restore();

        Assert.That(await ReconcileAsync(repairs: true), Has.Count.EqualTo(1));

        await InStepAsync();
        Assert.That(Upper.Find(id), Is.Null);
    }

    [Test]
    public async Task Refused_IsALetter_TheRestGoesOn_AChangeOrARetryEndsIt()
    {
        await StartNodeAsync();
        Upper.Add(new Fault(FaultKind.Refuse) { Handle = "BAD" });
        var bad = await Node.RegisterAsync(identifier: $"{TestNode.Prefix}/BAD-1");
        var other = await Node.RegisterAsync(identifier: $"{TestNode.Prefix}/BAD-2");
        var good = await Node.RegisterAsync();
        await InStepAsync();
        Assert.That(Upper.Find(good), Is.Not.Null);
        var letters = await LettersAsync();
        Assert.That(letters.Select(l => l.Key.ToString()), Is.EqualTo((string[])[bad.ToUpperInvariant(), other]));
        Assert.That(letters[0].Reason, Is.Not.Empty);

        Upper.Remove();
        await PatchAsync(bad, """{"name":"mended"}""");
        await InStepAsync();
        Assert.That((await LettersAsync()).Select(l => l.Key.ToString()), Is.EqualTo((string[])[other]));
        Assert.That(Upper.Find(bad)![Name], Is.EqualTo("mended"));

        var store = Node.Services.GetRequiredService<IUpstreamStore>();
        Assert.That(await store.RetryAsync(null, CancellationToken.None), Is.EqualTo(1));
        await InStepAsync();
        Assert.That(await LettersAsync(), Is.Empty);
        Assert.That(Upper.Find(other), Is.Not.Null);
    }

    [Test]
    public async Task Lost_ThatTheSecondaryNodeDoesNotDelete_IsSaid()
    {
        await StartNodeAsync();
        var id = await Node.RegisterAsync();
        await InStepAsync();
        Upper.Add(new Fault(FaultKind.Refuse) { Path = SnmsPaths.BatchDelete });
        // As it is after a restore: there, and not here.
        var lost = $"{TestNode.Prefix}/LOST";
        var there = (
            await Node.Services.GetRequiredService<IUpstreamLink>().FindAsync(id, CancellationToken.None)
        ).Item!;
        await Node
            .Services.GetRequiredService<IUpstreamLink>()
            .CreateAsync([there with { Identifier = lost }], CancellationToken.None);
        var found = new List<UpstreamDifference>();

        var end = await Node
            .Services.GetRequiredService<UpstreamReconciler>()
            .CompareLostAsync(
                [Identifier.Parse(lost).Value],
                new ReconcilePlan { Repairs = true },
                found.Add,
                static _ => { },
                CancellationToken.None
            );

        Assert.That(found.Single().What.En, Does.StartWith("lost here by a restore; not deleted there: "));
        Assert.That((end.Differing, end.Stayed), Is.EqualTo((1, 1)));
    }

    [TestCase(0, false)]
    [TestCase(23, false)]
    [TestCase(24, true)]
    [TestCase(-1, true)]
    public void Comparison_IsDue_AfterItsHours_AndWhereTheLastWasInTheFuture(int hours, bool isDue) =>
        Assert.That(UpstreamReconcileWork.IsDue(TimeSpan.FromHours(hours), 24), Is.EqualTo(isDue));

    [Test]
    public async Task Comparison_OfTheNodeItself_GoesOnWhereItFailed_AfterARestartToo()
    {
        const int Page = 500;
        using var data = new TemporaryDirectory();
        await StartNodeAsync(data: data.Path);
        for (var i = 0; i < Page; i++)
        {
            await Node.RegisterAsync();
        }
        await Node.RegisterAsync(identifier: $"{TestNode.Prefix}/LAST");
        await InStepAsync();
        Upper.Add(new Fault(FaultKind.Failed) { Handle = "LAST", Path = SnmsPaths.Detail });
        await CompareAsync();
        Assert.That(Upper.Calls.Count(c => c.Path == SnmsPaths.Detail), Is.GreaterThan(Page));
        Upper.Remove();
        await Node.DisposeAsync();
        await StartNodeAsync(data: data.Path);
        Upper.ForgetCalls();

        await CompareAsync();
        Assert.That(Upper.Calls.Count(c => c.Path == SnmsPaths.Detail), Is.EqualTo(1));

        var place = ActivatorUtilities.CreateInstance<ReconcilePlace>(Node.Services);
        Assert.That(await place.LastEndAsync(CancellationToken.None), Is.Not.Null);
        Assert.That((await place.FindAsync(CancellationToken.None)).Read, Is.Zero, "the next one begins anew");
    }

    [Test]
    public async Task DueLetter_OfNoRecord_IsEnded_AndHoldsNothingUp()
    {
        await StartNodeAsync();
        var store = Node.Services.GetRequiredService<IUpstreamStore>();
        var due = new DeadLetter(UpstreamReader.ReaderName, 1, "the first entry is no record", 0);
        await store.ChangeAsync(new LetterChange([], [due], []), CancellationToken.None);
        var id = await Node.RegisterAsync();
        await InStepAsync();
        Assert.That(Upper.Find(id), Is.Not.Null);
    }

    [Test]
    public async Task DueLetters_InGreatNumber_DoNotHoldUpTheLog()
    {
        const int Letters = 1_100;
        await StartNodeAsync(upstream => upstream.RatePerSecond = 200);
        Upper.Add(new Fault(FaultKind.Refuse) { Handle = "BAD" });
        for (var i = 0; i < Letters; i++)
        {
            await Node.RegisterAsync(identifier: $"{TestNode.Prefix}/BAD-{i}");
        }
        Assert.That(async () => (await LettersAsync()).Count, Is.EqualTo(Letters).After(60_000, 50));
        Upper.Remove();
        await Node.Services.GetRequiredService<IUpstreamStore>().RetryAsync(null, CancellationToken.None);
        Upper.ForgetCalls();
        Assert.That(() => Upper.Calls.Any(c => c.Handles.Count > 1), Is.True.After(30_000, 5));

        var good = await Node.RegisterAsync(identifier: $"{TestNode.Prefix}/GOOD");

        await InStepAsync();
        Assert.That(Upper.Calls.Last(c => c.IsBatch).Handles, Does.Not.Contain(good));
        Assert.That(await LettersAsync(), Is.Empty);
    }

    [Test]
    public async Task CatalogBehindTheLog_IsReadAnew_BeforeAnythingIsLeftOut()
    {
        await StartNodeAsync(upstream => upstream.Window = "00:00-00:01");
        using var behind = new CatalogHolder(Node.Services.GetRequiredService<IDocumentStore>(), TimeProvider.System);
        await behind.ReloadAsync(0, CancellationToken.None);
        var items = new UpstreamItems(Node.Services.GetRequiredService<UpstreamRules>(), behind);
        // A key for a prefix below the node's homes it.
        const string Other = TestNode.Prefix + ".77";
        var key = new NewKey(Role.Registrar, "enterprise", null, null, Other);
        Assert.That((await Node.Node.Keys.CreateAsync(key, Caller.Node, CancellationToken.None)).IsOk);
        await NextVersionAsync();
        var id = await Node.RegisterAsync(""" "attributes":{"name":"n","colour":"red"} """, $"{Other}/LATE");
        var record = (
            await Node.Services.GetRequiredService<IRecordStore>().FindAsync(LookupKey.Of(id), CancellationToken.None)
        ).Record!;

        var change = await items.OfAsync(
            record.Sequence,
            record.Object,
            record.Key,
            record.State,
            CancellationToken.None
        );

        Assert.That(change!.Item!.Values, Has.Some.EqualTo(new UpstreamValue(2007, "colour", "red")));
    }

    [Test]
    public async Task Outage_WhileTheLineWorks_IsCaughtUp_NothingComesOutOfOrder()
    {
        await StartNodeAsync();
        var ids = new ConcurrentBag<string>();
        using var over = new CancellationTokenSource();
        var seen = new Dictionary<string, int>();
        var watching = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                foreach (var id in ids)
                {
                    if (Upper.Find(id)?[Cost] is { Length: > 0 } text)
                    {
                        var now = int.Parse(text, CultureInfo.InvariantCulture);
                        Assert.That(now, Is.GreaterThanOrEqualTo(seen.GetValueOrDefault(id)), id);
                        seen[id] = now;
                    }
                }
                await Task.Delay(1);
            }
        });
        var line = Parallel.ForEachAsync(
            Enumerable.Range(0, 10),
            async (_, _) =>
            {
                var id = await Node.RegisterAsync();
                ids.Add(id);
                for (var i = 1; i <= 40; i++)
                {
                    await PatchAsync(id, $$"""{"cost":{{i}}}""");
                }
            }
        );
        await WithoutUpperAsync(() => Task.Delay(1_500));
        await line;
        await InStepAsync();
        await over.CancelAsync();
        await watching;
        Assert.That(ids.Select(id => Upper.Find(id)![Cost]), Is.All.EqualTo("40"));
    }

    [Test]
    public async Task TwoNodesOfOneStore_OneSends_TheOtherGoesOnWhereItStops()
    {
        using var data = new TemporaryDirectory();
        await StartNodeAsync(data: data.Path);
        var other = await OtherNodeAsync(data: data.Path);
        try
        {
            for (var i = 0; i < 20; i++)
            {
                await (i % 2 == 0 ? Node : other).RegisterAsync(identifier: $"{TestNode.Prefix}/PAIR-{i}");
            }
            await InStepAsync();
            Assert.That(Upper.MostBatchesAtOnce(TestNode.Prefix), Is.EqualTo(1));
        }
        finally
        {
            await other.DisposeAsync();
        }
        await Node.RegisterAsync(identifier: $"{TestNode.Prefix}/PAIR-20");
        await InStepAsync();
        Assert.That(Upper.Count, Is.EqualTo(21));
    }

    [Test]
    public async Task Rate_OfAFewRecords_IsNoMoreThanAsManyASecond()
    {
        await StartNodeAsync();
        await Node.RegisterAsync();
        await Node.RegisterAsync();
        await InStepAsync();
        Assert.That(
            async () => (await Progress.ReadAsync(CancellationToken.None)).Told.Rate,
            Is.Positive.After(20_000, 100)
        );
        Assert.That((await Progress.ReadAsync(CancellationToken.None)).Told.Rate, Is.AtMost(2));
    }

    [Test]
    public async Task LogInRefused_IsSaid()
    {
        await StartNodeAsync(upstream => upstream.User = "nobody");
        await Node.RegisterAsync();
        Assert.That(
            async () => (await Progress.ReadAsync(CancellationToken.None)).Told.Error,
            Does.Contain("用户名/密码错误").After(20_000, 100)
        );
    }

    [Test]
    public async Task Failure_ThatLasts_IsLoggedOnceAndInShort()
    {
        await StartNodeAsync(upstream => upstream.User = "nobody");
        await Node.RegisterAsync();
        Assert.That(() => Upper.Calls.Count(c => c.Path == SnmsPaths.TokenV1), Is.AtLeast(3).After(30_000, 100));
        Assert.That(
            Node.Log.Texts.Where(t => t.Contains(" Reader", StringComparison.Ordinal)),
            Has.Exactly(1).Items.And.All.StartsWith("Warning ReaderWaits: ").And.None.Contains("   at ")
        );
    }

    [Test]
    public async Task Status_WhileTheUpperIsAway_SaysHowFarBehindItIs()
    {
        await StartNodeAsync();
        await WithoutUpperAsync(async () =>
        {
            await Node.RegisterAsync();
            Assert.That(
                async () =>
                    await Progress.ReadAsync(CancellationToken.None)
                        is { Lag: > 0, LagSeconds: > 1, Told.Error: not null },
                Is.True.After(20_000, 100)
            );
        });
        await InStepAsync();
        // That it was taken is told after the cursor has moved.
        Assert.That(
            async () => await Progress.ReadAsync(CancellationToken.None) is { LagSeconds: 0, Told.Error: null },
            Is.True.After(10_000, 50)
        );
    }

    [Test]
    public async Task Route_IsToldAtTheStart_OnceForAll_AndAgainWhenItChanges()
    {
        using var data = new TemporaryDirectory();
        await StartNodeAsync(upstream => upstream.Route = UpstreamRouteKind.Own, data.Path);
        Assert.That(Route, Has.Property("TcpPort").EqualTo($"{Node.HandleEndPoint.Port}").After(20_000, 100));
        Assert.That(Route()!.Ip, Is.EqualTo("127.0.0.1"));
        await Node.DisposeAsync();

        Upper.ForgetCalls();
        await StartNodeAsync(
            upstream => (upstream.Route, upstream.ProxyServer) = (UpstreamRouteKind.Hosted, 7),
            data.Path
        );
        Assert.That(
            () => Upper.Look((registry, _, _) => registry.Routes[TestNode.Prefix].ProxyServerId),
            Is.EqualTo(7).After(20_000, 100)
        );
        Assert.That(Upper.Calls.Count(c => c.Path == SnmsPaths.EntConfig), Is.EqualTo(1));

        EntPrefixConfig? Route() =>
            Upper.Look((registry, _, _) => registry.Routes.GetValueOrDefault(TestNode.Prefix)?.EntPrefixConfig);
    }

    [Test]
    public async Task SecondaryNode_OfAnotherAddress_IsSentWhatIsNew_StatusAndLogSaySo_AndRepairSendsTheRest()
    {
        using var data = new TemporaryDirectory();
        await StartNodeAsync(upstream => upstream.Route = UpstreamRouteKind.Own, data.Path);
        var id = await Node.RegisterAsync();
        await InStepAsync();
        Assert.That(Upper.Find(id), Is.Not.Null);
        Assert.That(() => HasRoute(Upper), Is.True.After(20_000, 50));
        Assert.That((await Progress.ReadAsync(CancellationToken.None)).AnotherSince, Is.Null);
        await Node.DisposeAsync();
        var other = new SecondaryNode([new SecondaryNodeUser(User, Secret, TestNode.Prefix)]);
        await using var server = await SecondaryNodeServer.StartAsync(other);

        await StartNodeAsync(
            upstream => (upstream.Route, upstream.Url) = (UpstreamRouteKind.Own, server.Address.ToString()),
            data.Path
        );

        var next = await Node.RegisterAsync(identifier: $"{TestNode.Prefix}/NEXT");
        Assert.That(() => other.Find(next), Is.Not.Null.After(30_000, 50));
        Assert.That(() => HasRoute(other), Is.True.After(20_000, 50));
        Assert.That(other.Find(id), Is.Null);
        Assert.That((await ReconcileAsync(repairs: true)).Select(d => d.Identifier), Is.EqualTo([id]));
        await InStepAsync();
        Assert.That(other.Find(id), Is.Not.Null);
        Assert.That(
            (await Progress.ReadAsync(CancellationToken.None)).AnotherSince,
            Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(2))
        );
        Assert.That(
            () => Node.Log.Texts.Count(t => t.StartsWith("Warning ReaderNotice: ", StringComparison.Ordinal)),
            Is.EqualTo(1).After(10_000, 50)
        );

        static bool HasRoute(SecondaryNode node) =>
            node.Look((registry, _, _) => registry.Routes.ContainsKey(TestNode.Prefix));
    }

    [Test]
    public async Task SecondaryNode_InAnotherSpelling_IsTheSame_AndGetsNothingTwice()
    {
        using var data = new TemporaryDirectory();
        await StartNodeAsync(upstream => upstream.Prefix = TestNode.Prefix, data.Path);
        await Node.RegisterAsync();
        await InStepAsync();
        await Node.DisposeAsync();
        Upper.ForgetCalls();

        await StartNodeAsync(
            upstream =>
                (upstream.Url, upstream.Prefix) = (
                    Server.Address.AbsoluteUri.TrimEnd('/').Replace("http", "HTTP", StringComparison.Ordinal),
                    TestNode.Prefix
                ),
            data.Path
        );
        var next = await Node.RegisterAsync(identifier: $"{TestNode.Prefix}/NEXT");
        Assert.That(() => Upper.Find(next), Is.Not.Null.After(30_000, 50));

        Assert.That((await Progress.ReadAsync(CancellationToken.None)).AnotherSince, Is.Null);
        Assert.That(
            Upper.Calls.Where(c => c.Path == SnmsPaths.BatchCreate).SelectMany(c => c.Handles),
            Is.EqualTo([next])
        );
    }

    [TestCase("https://Snms.Example.com", "https://snms.example.com:443/", true)]
    [TestCase("http://snms.example.com:80/", "http://SNMS.example.com", true)]
    [TestCase("https://snms.example.com", "https://snms.example.com:8443", false)]
    public void Way_OfTwoSpellings_IsOneOfOneAddress(string one, string other, bool isOne) =>
        Assert.That(
            new UpstreamOptions { Url = one, Prefix = "88.300.A" }
                .Rules
                .Way
                == new UpstreamOptions { Url = other, Prefix = "88.300.a" }
                    .Rules
                    .Way,
            Is.EqualTo(isOne)
        );

    [Test]
    public async Task Route_OfAnotherDay_IsToldAgain_AndNotAuditedAgain()
    {
        await StartNodeAsync();
        var time = new ManualTime(DateTimeOffset.UtcNow);
        var routes = ActivatorUtilities.CreateInstance<UpstreamRoutes>(Node.Services, time);
        var route = new UpstreamRoute(TestNode.Prefix, System.Net.IPAddress.Loopback, 2641, 2641, 8080, null);
        var told = new List<UpstreamOutcome>();
        for (var day = 0; day < 2; day++)
        {
            told.Add((await routes.TellAsync(route, CancellationToken.None)).Outcome);
            told.Add((await routes.TellAsync(route, CancellationToken.None)).Outcome);
            time.Advance(TimeSpan.FromDays(1));
        }
        UpstreamOutcome[] once = [UpstreamOutcome.Done, UpstreamOutcome.Exists];
        Assert.That(told, Is.EqualTo(once.Concat(once)));
        Assert.That(
            async () => (await Node.GetAsync("/api/v1/audit?action=upstream.route", Role.Admin)).Items.Length,
            Is.EqualTo(1).After(10_000, 100)
        );
    }

    [Test]
    public async Task Route_Refused_IsToldAgainByItself_AndAudited()
    {
        Upper.Add(new Fault(FaultKind.Refuse) { Path = SnmsPaths.EntConfig });
        await StartNodeAsync(upstream => upstream.Route = UpstreamRouteKind.Own);
        Assert.That(() => Upper.Calls.Count(c => c.Path == SnmsPaths.EntConfig), Is.AtLeast(1).After(20_000, 100));
        Upper.Remove();

        Assert.That(
            () => Upper.Look((registry, _, _) => registry.Routes.ContainsKey(TestNode.Prefix)),
            Is.True.After(30_000, 100)
        );
        Assert.That(
            async () =>
                (await Node.GetAsync("/api/v1/audit?action=upstream.route", Role.Admin)).Items.Select(l =>
                    (l.GetProperty("caller").GetString(), l.GetProperty("target").GetString())
                ),
            Is.EqualTo(new[] { ("node", TestNode.Prefix) }).After(10_000, 100)
        );
    }

    [Test]
    public async Task Forbidden_EverythingWaits_AndStatusAndReadinessSayWhySinceWhen()
    {
        Upper.Add(new Fault(FaultKind.Forbidden) { Path = SnmsPaths.BatchCreate });
        await StartNodeAsync();
        await Node.RegisterAsync();
        Assert.That(
            async () => (await Progress.ReadAsync(CancellationToken.None)).Told.Error,
            Does.Contain("gives factory no right (-3").And.Contain("Upstream:Prefix").After(20_000, 100)
        );
        var first = (await Progress.ReadAsync(CancellationToken.None)).Told;
        Assert.That(
            async () => (await Progress.ReadAsync(CancellationToken.None)).Told.FailedAt,
            Is.GreaterThan(first.FailedAt!.Value).After(20_000, 100)
        );
        Assert.That(
            (await Progress.ReadAsync(CancellationToken.None)).Told.FailingSince,
            Is.EqualTo(first.FailingSince).And.Not.Null
        );
        Assert.That(
            (await Node.GetAsync("/readyz")).Text,
            Does.Contain("it gives this node no right to the prefix, since 20")
        );
        Assert.That(await LettersAsync(), Is.Empty);

        Upper.Remove();
        await InStepAsync();
        Assert.That(
            async () => (await Progress.ReadAsync(CancellationToken.None)).Told.FailingSince,
            Is.Null.After(10_000, 50)
        );
    }

    /// <summary>Compares as the node does by itself.</summary>
    private async Task CompareAsync()
    {
        using var work = ActivatorUtilities.CreateInstance<UpstreamReconcileWork>(
            Node.Services,
            ActivatorUtilities.CreateInstance<ReconcilePlace>(Node.Services),
            NodeServices.Lease(Node.Services, UpstreamReconcileWork.LeaseName)
        );
        await work.LookAsync(CancellationToken.None);
    }

    [Test]
    public async Task Extras_OfASecondaryNodeOfAnotherKind_AreNotKnown_AndCountsStayHere()
    {
        await StartNodeAsync(upstream => upstream.Statistics = false);
        await Node.RegisterAsync();
        await InStepAsync();
        var end = await Node
            .Services.GetRequiredService<UpstreamReconciler>()
            .RunAsync(new ReconcilePlan { Removes = true }, _ => { }, _ => Task.CompletedTask, CancellationToken.None);
        Assert.That(end.Extra, Is.Null);

        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().DateTime);
        await Node
            .Services.GetRequiredService<IStatisticStore>()
            .AddAsync(
                [new Statistic(new StatisticKey(today, "part", "", "register", TestNode.Prefix), 1)],
                CancellationToken.None
            );
        var counts = Node.Services.GetRequiredService<UpstreamCounts>();
        var told = await counts.SendAsync("upper", CancellationToken.None);
        Assert.That(told.Outcome, Is.EqualTo(UpstreamOutcome.Absent));
    }

    [Test]
    public async Task Window_Closed_NothingIsSentUntilItOpens()
    {
        var now = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        var later = now.AddHours(2);
        await StartNodeAsync(upstream => upstream.Window = $"{later:HH:mm}-{later.AddHours(1):HH:mm}");
        await Node.RegisterAsync();
        await Task.Delay(3_000);
        Assert.That(Upper.Calls, Is.Empty);
        Assert.That((await Progress.ReadAsync(CancellationToken.None)).Lag, Is.Positive);
    }

    [Test]
    public async Task Rate_Limited_IsKept()
    {
        await StartNodeAsync(upstream => upstream.RatePerSecond = 10);
        var began = DateTimeOffset.UtcNow;
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), async (_, _) => await Node.RegisterAsync());
        await InStepAsync();
        Assert.That(Upper.Calls.Where(c => c.IsBatch).Select(c => c.Handles.Count), Is.All.LessThanOrEqualTo(10));
        Assert.That(DateTimeOffset.UtcNow - began, Is.GreaterThan(TimeSpan.FromSeconds(2.9)));
    }

    /// <summary>Publishes a version of the template with the attribute colour (2007), and without serial.</summary>
    private async Task NextVersionAsync()
    {
        var template = JsonNode.Parse((await Node.GetAsync("/api/v1/templates/part", Role.Admin)).Text)!.AsObject();
        template["attributes"]!.AsArray().Add(new JsonObject { ["code"] = "colour", ["type"] = "text" });
        template["attributes"]![4]!["state"] = "disabled";
        foreach (var (path, body) in new[] { ("", template.ToJsonString()), ("/part/publish", null) })
        {
            var answer = await Node.SendAsync(Role.Admin, "POST", "/api/v1/templates" + path, body);
            Assert.That(answer.Status, Is.AnyOf(200, 201), answer.ToString());
        }
    }
}
