using IdResolution.Core.Upstream;
using IdResolution.Server.Simulation;
using IdResolution.Server.SnmsWire;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Upstream;

/// <summary>A secondary node that fails (-4, 500) at single things for good, and at all for a while.</summary>
internal sealed class UpstreamFailureTests : UpstreamFixture
{
    private const string Batches = SnmsPaths.Data + "/batch*";

    [TestCase(FaultKind.Failed, null)]
    [TestCase(FaultKind.Http500, Batches)]
    public async Task Records_ThatAlwaysFail_AreLetters_TheRestGoesOn(object kind, string? path)
    {
        await StartNodeAsync();
        var changed = await Node.RegisterAsync(identifier: Id("BAD-CHANGED"));
        var gone = await Node.RegisterAsync(identifier: Id("BAD-GONE"));
        await InStepAsync();
        var goods = new List<string>();
        await WithoutUpperAsync(async () =>
        {
            Upper.Add(new Fault((FaultKind)kind) { Handle = "BAD", Path = path });
            for (var i = 0; i < 5; i++)
            {
                goods.Add(await Node.RegisterAsync());
                await Node.RegisterAsync(identifier: Id($"BAD-{i}"));
            }
            await PatchAsync(changed, """{"name":"other"}""");
            await RevokeAsync(gone);
        });

        await SentAsync();
        Assert.That(goods.Select(Upper.Find), Has.None.Null);
        Assert.That(
            (await LettersAsync()).Select(l => l.Key.ToString()),
            Is.EquivalentTo(Enumerable.Range(0, 5).Select(i => Id($"BAD-{i}")).Append(changed).Append(gone))
        );
        Assert.That((await LettersAsync()).Select(l => l.Reason), Has.All.StartsWith("-4 "));

        Upper.Remove();
        await RetryAsync();
        await InStepAsync();
        Assert.That(await LettersAsync(), Is.Empty);
    }

    [Test]
    public async Task DueLetter_ThatAlwaysFails_LetsTheLogGoOn_AndIsALetterAgain()
    {
        await StartNodeAsync();
        Upper.Add(new Fault(FaultKind.Refuse) { Handle = "BAD" });
        await Node.RegisterAsync(identifier: Id("BAD-1"));
        await InStepAsync();
        Upper.Remove();
        Upper.Add(new Fault(FaultKind.Failed) { Handle = "BAD" });
        await RetryAsync();
        Assert.That(
            async () => (await Progress.ReadAsync(CancellationToken.None)).Told.Error,
            Does.Contain("-4").After(20_000, 20)
        );

        var good = await Node.RegisterAsync();

        Assert.That(() => Upper.Find(good), Is.Not.Null.After(20_000, 20));
        await SentAsync();
        Assert.That((await LettersAsync()).Select(l => l.Reason), Is.EqualTo(new[] { "-4 系统内部错误" }));
    }

    [TestCase(FaultKind.Failed)]
    [TestCase(FaultKind.Http500)]
    [TestCase(FaultKind.Busy)]
    public async Task Template_ThatAlwaysFails_MakesLettersOfItsRecords_AndIsTriedAgain(object kind)
    {
        Upper.Add(new Fault((FaultKind)kind) { Path = SnmsPaths.TemplateV5 });
        await StartNodeAsync();
        await Node.RegisterAsync();
        await SentAsync();
        Assert.That((await LettersAsync()).Select(l => l.Reason), Has.Exactly(1).StartsWith("Template part: -"));

        Upper.Remove();
        var good = await Node.RegisterAsync();
        Assert.That(() => Upper.Find(good), Is.Not.Null.After(20_000, 20));
        await RetryAsync();
        await InStepAsync();
        Assert.That(await LettersAsync(), Is.Empty);
    }

    [Test]
    public async Task Upper_ThatAnswersAndTakesNothing_IsWaitedFor()
    {
        await StartNodeAsync();
        await WithoutUpperAsync(async () =>
        {
            Upper.Add(new Fault(FaultKind.Failed) { Path = Batches });
            for (var i = 0; i < 12; i++)
            {
                await Node.RegisterAsync();
            }
        });
        Assert.That(
            () => Upper.Calls.Count(c => c.Path == SnmsPaths.BatchCreate && c.Handles.Count == 1),
            Is.GreaterThan(10).After(60_000, 50)
        );
        Assert.That(
            () => Upper.Calls.Count(c => c.Path == SnmsPaths.BatchCreate && c.Handles.Count == 12),
            Is.GreaterThan(5).After(60_000, 50)
        );
        Assert.That(await LettersAsync(), Is.Empty);

        Upper.Remove();
        await InStepAsync();
        Assert.That(Upper.Count, Is.EqualTo(12));
    }

    private static string Id(string name) => $"{TestNode.Prefix}/{name}";

    /// <summary>Waits until nothing is left to be sent.</summary>
    private async Task SentAsync() =>
        Assert.That(
            async () => await Progress.ReadAsync(CancellationToken.None) is { Lag: 0, Due: 0 },
            Is.True.After(90_000, 50),
            () => $"{Progress.ReadAsync(CancellationToken.None).Result}"
        );

    private Task<int> RetryAsync() =>
        Node.Services.GetRequiredService<IUpstreamStore>().RetryAsync(null, CancellationToken.None);
}
