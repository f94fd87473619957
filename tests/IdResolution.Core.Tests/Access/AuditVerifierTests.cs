using IdResolution.Core.Access;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Tests.Access;

[TestFixture]
public sealed class AuditVerifierTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private List<AuditEvent> _lines = null!;
    private AuditHead[] _heads = null!;

    /// <summary>Six acts and six denials in turn, a day apart; the last of them today.</summary>
    [SetUp]
    public void MakeLines()
    {
        _lines = [];
        _heads =
        [
            AuditHead.Empty(AuditKind.Act),
            AuditHead.Empty(AuditKind.Denial),
            AuditHead.Empty(AuditKind.Anonymous),
        ];
        for (var i = 0; i < 12; i++)
        {
            var kind = i % 2;
            var line = new AuditEvent(Micros.Of(s_now.AddDays(i - 11)), "k1", "a" + i, "", "done")
            {
                Kind = (AuditKind)kind,
            };
            (line, _heads[kind]) = AuditChain.Append(_heads[kind], line, i + 1);
            _lines.Add(line);
        }
    }

    [Test]
    public void Lines_Whole_HaveNoFault() => Assert.That(Verify(Summary(180, 12)), Is.Empty);

    [Test]
    public void Lines_OfEarlierVersions_AreCounted()
    {
        _lines.Insert(0, new AuditEvent(1, "k", "a", "", "done"));

        Assert.That(Verify(), Is.Empty);
    }

    [Test]
    public void Line_WithoutChainAmongOthers_IsAFault()
    {
        _lines.Add(new AuditEvent(1, "k", "a", "", "done") { Id = 13 });

        Assert.That(
            Verify(),
            Is.EqualTo(["line 13 is in no chain: a node of an earlier version wrote it, or somebody else"])
        );
    }

    [Test]
    public void Line_Altered_IsNamed()
    {
        _lines[4] = _lines[4] with { Caller = "k2" };

        Assert.That(Verify(), Is.EqualTo(["line 5 (Act) is altered"]));
    }

    [Test]
    public void Line_AlteredWithItsHash_IsNamedByTheNext()
    {
        var altered = _lines[4] with { Caller = "k2" };
        var link = altered.Link!;
        _lines[4] = altered with { Link = link with { Hash = AuditChain.Hash(link.Previous, altered, link.Position) } };

        Assert.That(Verify(), Is.EqualTo(["line 7 (Act) was written after another line than 5: that one is altered"]));
    }

    [Test]
    public void Lines_MadeAnewWithTheWholeChain_AreNotThoseOfTheSummary()
    {
        var summary = Summary(180, 12);
        var forged = _lines.ToArray();
        var head = AuditHead.Empty(AuditKind.Act);
        for (var i = 0; i < forged.Length; i += 2)
        {
            (forged[i], head) = AuditChain.Append(head, forged[i] with { Caller = i == 4 ? "k2" : "k1" }, i + 1);
        }
        (_lines, _heads[0]) = ([.. forged], head);

        Assert.That(
            Verify(summary),
            Is.EqualTo(["line 11 (Act) is not the one in the change log: lines up to it were made anew"])
        );
    }

    [Test]
    public void Line_TakenOut_IsMissing()
    {
        _lines.RemoveAt(4);

        Assert.That(Verify(), Is.EqualTo(["1 lines (Act) between 3 and 7 are missing"]));
    }

    [Test]
    public void Line_AtTheEndTakenOut_IsMissing()
    {
        var summary = Summary(180, 12);
        _lines.RemoveAt(10);
        Assert.That(Verify(), Is.EqualTo(["the lines (Act) after 9 are missing, up to 11"]));

        // Whoever writes the head too is betrayed by the summary.
        var last = _lines[8];
        _heads[0] = new AuditHead(AuditKind.Act, 5, 9, last.Time, last.Link!.Hash);
        Assert.That(Verify(summary), Is.EqualTo(["line 11 (Act) is missing, which was there on 2026-02-28 08:00Z"]));
    }

    [Test]
    public void Line_AtTheBeginningTakenOut_BeforeThereIsASummary_IsMissing()
    {
        _lines.RemoveAt(0);

        Assert.That(Verify(), Is.EqualTo(["the lines (Act) before 3 are missing"]));
    }

    [Test]
    public void Line_AtTheBeginningTakenOut_WithinTheFirstSummary_IsMissing()
    {
        // All lines up to the one that the summary names, which alone is left.
        var summary = Summary(180, 12);
        _lines.RemoveAll(l => l.Kind == AuditKind.Act && l.Id < 11);

        Assert.That(
            Verify(summary),
            Is.EqualTo(["the lines (Act) before 11 are missing, from 2026-02-18 08:00Z on, before their time is over"])
        );
    }

    [Test]
    public void Lines_AtTheBeginningGoneByAge_WithinASummary_AreNoFault()
    {
        AuditSummary[] summaries = [Summary(5, 12)];
        _lines.RemoveAll(l => l.Kind == AuditKind.Act && l.Id < 7);

        Assert.That(Verify(summaries), Is.Empty);
    }

    [Test]
    public void Lines_Exchanged_AreOutOfOrder()
    {
        (_lines[2], _lines[4]) = (_lines[4], _lines[2]);

        Assert.That(Verify(), Does.Contain("line 3 (Act) is out of order"));
    }

    [Test]
    public void Lines_GoneByAge_AreNoFault()
    {
        AuditSummary[] summaries = [Summary(180, 4), Summary(5, 12)];
        _lines.RemoveRange(0, 4);

        Assert.That(Verify(summaries), Is.Empty);
    }

    [Test]
    public void Lines_GoneBeforeTheirTime_AreMissing()
    {
        AuditSummary[] summaries = [Summary(180, 4), Summary(180, 12)];
        _lines.RemoveRange(0, 4);

        Assert.That(
            Verify(summaries),
            Is.EqualTo(["lines (Act) up to 3 of 2026-02-20 08:00Z are missing, before their time is over"])
        );
    }

    [Test]
    public void Lines_AllGone_AreMissing()
    {
        var summary = Summary(180, 12);
        _lines.Clear();

        Assert.That(Verify(summary), Has.Exactly(1).StartsWith("all lines (Act) are missing, up to 11"));
    }

    /// <summary>The summary after so many lines.</summary>
    private AuditSummary Summary(int days, int lines) =>
        new()
        {
            Time = Micros.ToTime(_lines[lines - 1].Time),
            Days = days,
            Chains =
            [
                .. _lines
                    .Take(lines)
                    .GroupBy(l => l.Kind)
                    .Select(g => g.Last())
                    .Select(l => new AuditSummary.Chain(
                        l.Kind,
                        l.Link!.Position,
                        l.Id,
                        Micros.ToTime(l.Time),
                        Convert.ToHexStringLower(l.Link.Hash)
                    )
                    {
                        First = 1,
                        FirstTime = Micros.ToTime(_lines.First(f => f.Kind == l.Kind).Time),
                    }),
            ],
        };

    private List<string> Verify(params AuditSummary[] summaries)
    {
        var verifier = new AuditVerifier(summaries, Micros.Of(s_now));
        var faults = new List<string>();
        foreach (var line in _lines)
        {
            verifier.Add(line, fault => faults.Add(fault.En));
        }
        verifier.End(_heads, fault => faults.Add(fault.En));
        return faults;
    }
}
