using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Access;

[TestFixture]
public sealed class AuditKeeperTests
{
    private CoreFixture _node = null!;

    [SetUp]
    public async Task StartAsync() => _node = await CoreFixture.CreateAsync();

    [TearDown]
    public void Stop() => _node.Dispose();

    [Test]
    public async Task Keep_NewLines_GoIntoTheChangeLogOnceAnHour()
    {
        var keeper = Keeper();
        await ActAsync("first");
        await keeper.KeepAsync(180, 1_000, default);
        Assert.That(Summary(), Is.Null, "not before there was something for an hour");
        var at = _node.Time.GetUtcNow();
        _node.Time.Advance(TimeSpan.FromHours(1));
        await keeper.KeepAsync(180, 1_000, default);
        var first = Summary();
        Assert.That(first!.Days, Is.EqualTo(180));
        var head = (await _node.Store.Audit.HeadsAsync(default))[0];
        Assert.That(
            first.Chains.Single(c => c.Kind == AuditKind.Act),
            Is.EqualTo(
                new AuditSummary.Chain(AuditKind.Act, head.Position, head.Line, at, Convert.ToHexStringLower(head.Hash))
                {
                    First = 1,
                    FirstTime = at,
                }
            )
        );

        await ActAsync("second");
        await keeper.KeepAsync(180, 1_000, default);
        Assert.That(Summary(), Is.EqualTo(first).Using<AuditSummary>((a, b) => a.Time == b.Time), "not yet");
        _node.Time.Advance(TimeSpan.FromHours(1));
        await keeper.KeepAsync(180, 1_000, default);
        var second = Summary()!;
        Assert.That(second.Time, Is.EqualTo(_node.Time.GetUtcNow()));

        _node.Time.Advance(TimeSpan.FromHours(1));
        await keeper.KeepAsync(180, 1_000, default);
        Assert.That(Summary()!.Time, Is.EqualTo(second.Time), "there is nothing new");
    }

    [Test]
    public async Task Keep_LinesGoneByAge_TheNextSummaryHasTheFirstThatIsLeft()
    {
        var keeper = Keeper();
        await ActAsync("old");
        _node.Time.Advance(TimeSpan.FromHours(1));
        await keeper.KeepAsync(7, 1_000, default);
        _node.Time.Advance(TimeSpan.FromDays(8));
        await ActAsync("new");
        await keeper.KeepAsync(7, 1_000, default);
        _node.Time.Advance(TimeSpan.FromHours(1));

        await keeper.KeepAsync(7, 1_000, default);

        var line = (await _node.Store.Audit.FollowAsync(0, 100, default)).Single();
        var chain = Summary()!.Chains.Single(c => c.Kind == AuditKind.Act);
        Assert.That((chain.First, chain.FirstTime), Is.EqualTo((line.Link!.Position, Micros.ToTime(line.Time))));
        Assert.That(chain.First, Is.GreaterThan(1));
    }

    [Test]
    public async Task Keep_FewerDaysThanBefore_IsAudited()
    {
        await ActAsync("first");
        _node.Time.Advance(TimeSpan.FromHours(1));
        await Keeper().KeepAsync(180, 1_000, default);
        var keeper = Keeper();

        await keeper.KeepAsync(7, 1_000, default);
        await keeper.KeepAsync(7, 1_000, default);

        var lines = await _node.Store.Audit.FollowAsync(0, 100, default);
        var told = lines.Single(l => l.Action == "audit.days");
        Assert.That((told.Target, told.Caller), Is.EqualTo(("180 to 7", "node")));
        Assert.That(Summary()!.Days, Is.EqualTo(7));
    }

    [Test]
    public async Task Keep_OldLines_AreDeleted()
    {
        await ActAsync("old");
        var keeper = Keeper();
        await keeper.KeepAsync(7, 1_000, default);
        _node.Time.Advance(TimeSpan.FromDays(8));
        await ActAsync("new");

        await keeper.KeepAsync(7, 1_000, default);

        var lines = await _node.Store.Audit.FollowAsync(0, 100, default);
        Assert.That(lines.Select(l => l.Action), Is.EqualTo(["new"]));
    }

    private AuditKeeper Keeper() =>
        new(_node.Store.Audit, _node.Store.Documents, _node.Catalog, _node.Auditor, _node.Time);

    private Task ActAsync(string action) => _node.Auditor.DoneAsync(Caller.Node, action, "", default);

    private AuditSummary? Summary() =>
        _node.Catalog.Current.FindDocument(LogKind.Configuration, AuditSummary.DocumentCode) is { } document
            ? JsonSerializer.Deserialize(document.Json, CatalogJson.Default.AuditSummary)
            : null;
}
