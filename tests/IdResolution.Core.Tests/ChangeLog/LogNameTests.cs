using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.ChangeLog;

/// <summary>Names of logs, cursors and entries that were seen, as text; and what a node makes of them.</summary>
public sealed class LogNameTests
{
    private static readonly string s_leaf = new('a', 64);

    [TestCase("id.example.com:8443/log/1796063320", "id.example.com:8443", 1796063320)]
    [TestCase("a/log/1/log/2", "a/log/1", 2)]
    public void TryParse_AName_IsReadAndWrittenAlike(string text, string host, long number)
    {
        Assert.That(LogName.TryParse(text, out var name), Is.True);
        Assert.That((name, name.ToString()), Is.EqualTo((new LogName(host, number), text)));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("/log/1")]
    [TestCase("a/log/")]
    [TestCase("a/log/-1")]
    [TestCase("a/log/x")]
    [TestCase("a/log/99999999999999999999")]
    [TestCase("a/1")]
    public void TryParse_NoName_IsRefused(string? text) => Assert.That(LogName.TryParse(text, out _), Is.False);

    [Test]
    public void Next_ClockSetBackOrTwiceInASecond_GivesNoNumberTwice()
    {
        var time = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(1000));

        Assert.That(LogName.Next("a", 0, time).Number, Is.EqualTo(1000));
        Assert.That(LogName.Next("a", 1000, time).Number, Is.EqualTo(1001));
        Assert.That(LogName.Next("a", 5000, time).Number, Is.EqualTo(5001));
    }

    [Test]
    public void Cursor_AnyNumbers_AreReadBack() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<(bool HasLog, NonNegativeInt Log, NonNegativeInt Sequence)>(),
                given =>
                {
                    var cursor = new LogCursor(given.HasLog ? given.Log.Get : null, given.Sequence.Get);
                    return LogCursor.TryParse(cursor.ToString(), out var read) && read == cursor;
                }
            )
            .QuickCheckThrowOnFailure();

    [Test]
    public void Cursor_AnyText_IsNeverThrownAt() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => LogCursor.TryParse(text, out _) || true)
            .QuickCheckThrowOnFailure();

    [TestCase("")]
    [TestCase("1 2")]
    [TestCase("1 2 abc")]
    [TestCase("x 2 LEAF")]
    [TestCase("1 -2 LEAF")]
    [TestCase("1 2 LEAF more")]
    public void Point_Damaged_SaysNothing(string text) =>
        Assert.That(LogPoint.Parse(text.Replace("LEAF", s_leaf, StringComparison.Ordinal)), Is.Null);

    [Test]
    public void Point_Written_IsReadBack() =>
        Assert.That(LogPoint.Parse($"{new LogPoint(7, 12, s_leaf)}\n"), Is.EqualTo(new LogPoint(7, 12, s_leaf)));

    [Test]
    public void Guard_HearsLess_KeepsTheFurthest()
    {
        var guard = new LogGuard();
        guard.Hear(new LogPoint(7, 12, s_leaf));

        guard.Hear(new LogPoint(7, 11, s_leaf));
        guard.Hear(new LogPoint(6, 99, s_leaf));
        guard.Hear(null);
        Assert.That(guard.Known!.Sequence, Is.EqualTo(12));

        guard.Hear(new LogPoint(8, 1, s_leaf));
        Assert.That(guard.Known.Log, Is.EqualTo(8));
    }

    [Test]
    public void Guard_MarkedStore_WaitsForALaterLog()
    {
        var guard = new LogGuard();
        guard.HearRestored(7, 8);
        Assert.That(guard.IsRestored, Is.False, "the next log has begun already");

        guard.HearRestored(8, 8);
        guard.Fits(null, new LogLook(1, new byte[32], null), Log(8));
        Assert.That(guard.IsRestored, Is.True);

        guard.Fits(null, new LogLook(2, new byte[32], null), Log(9, restarted: false));
        Assert.That(guard.IsRestored, Is.True, "a log of another store");

        guard.Fits(null, new LogLook(2, new byte[32], null), Log(9));
        Assert.That(guard.IsRestored, Is.False);
    }

    [TestCase(30, "9.30")]
    [TestCase(70, "9.50")]
    public void After_CursorOfAnotherLog_GoesOnWhereBothAreTheSame(long read, string after)
    {
        var log = Log(9) with { Kept = 50 };

        var refused = log.After(new LogCursor(8, read), 100);

        Assert.That((refused.IsOk, refused.Error!.Resume!.After), Is.EqualTo((false, after)));
    }

    private static CurrentLog Log(long number, bool restarted = true) =>
        new(new LogName("a", number), 0, new LogStart { Log = $"a/log/{number}", Restarted = restarted });
}
