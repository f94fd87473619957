using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
using IdResolution.Core.Resolution;

namespace IdResolution.Core.Tests.Resolution;

/// <summary>What partners are told where a cursor is not one of the log.</summary>
[TestFixture]
public sealed class RecordSightTests
{
    private static readonly Caller s_partner = new(Role.Partner, 1, "k") { Partner = "p" };

    [Test]
    public void Told_OfALogThatRestarted_NamesNoNumberToAPartner_AndTheCursorGoesOn()
    {
        var cursors = new PartnerCursors(new NodeSecrets(new byte[NodeSecrets.KeyLength]));
        var sight = new RecordSight(null!, null!, cursors);
        var log = new CurrentLog(new LogName("h", 7), 4_321, new LogStart { Log = "h/log/7", Restarted = true });
        var after = new LogCursor(6, 9_999);
        var raw = log.After(after, 10_000).Error!;

        var told = sight.Told(raw, log, after, s_partner);

        Assert.That(sight.Told(raw, log, after, Caller.CommandLine), Is.SameAs(raw));
        Assert.That(raw.Message.En, Does.Contain("4321"));
        Assert.That($"{told.Message.En} {told.Message.Zh} {told.Resume}", Does.Not.Contain("4321"));
        Assert.That(LogCursor.TryParse(told.Resume!.After, out var next));
        Assert.That(cursors.Open(next, s_partner).Sequence, Is.EqualTo(4_321));
    }
}
