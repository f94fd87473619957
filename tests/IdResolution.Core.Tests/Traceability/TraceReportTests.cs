using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Traceability;
using static IdResolution.Core.Tests.Traceability.Member;
using static IdResolution.Core.Tests.Traceability.TraceFixture;

namespace IdResolution.Core.Tests.Traceability;

/// <summary>Quantities along the links, what became of lots, findings, and paths.</summary>
[TestFixture]
public sealed class TraceReportTests
{
    private const string Roll = P + "/roll";
    private const string Foil = P + "/foil";
    private const string Ink = P + "/ink";
    private const string Ccm = P + "/ccm";
    private const string Stack = P + "/stack";
    private const string Car = P + "/car";

    private TraceFixture _node = null!;

    private GraphStore Graph => _node.Graph;

    [SetUp]
    public async Task BeginAsync() => _node = await TraceFixture.CreateAsync();

    [TearDown]
    public void End() => _node.Dispose();

    [Test]
    public async Task Forward_SharesOfALot_AreSplitByTheQuantitiesOfOutputs()
    {
        Graph.Add(EventType.Commission, 0, new Member(MemberRole.Item, Roll, "100", "MTK"));
        Graph.Add(EventType.Transform, 1, In(Roll, "40", "MTK"), Out(Ccm, "3", "MTK"), Out(Foil, "1", "MTK"));
        Graph.Add(EventType.Transform, 2, In(Ccm, "1.5", "MTK"), Out(P + "/m1"), Out(P + "/m2"));
        Graph.Add(EventType.Assemble, 3, Parent(Stack), Child(P + "/m1"), Child(P + "/m2"));

        var report = await _node.ReportAsync(From(Roll, TraceDirection.Forward));

        Assert.That(
            Amounts(report),
            Is.EqualTo(
                new[]
                {
                    $"{Roll} 100 MTK",
                    $"{Ccm} 30 MTK",
                    $"{Foil} 10 MTK",
                    $"{P}/m1 7.5 MTK",
                    $"{P}/m2 7.5 MTK",
                    $"{Stack} 15 MTK",
                }
            )
        );
    }

    [Test]
    public async Task Backward_HowMuchOfEachIsInTheRoot_FollowsTheShareOfTheOutput()
    {
        Graph.Add(EventType.Transform, 1, In(Ink, "8", "KGM"), In(Foil), Out(Ccm, "10", "MTK"));
        Graph.Add(EventType.Transform, 2, In(Ccm, "4", "MTK"), Out(P + "/m1", "1"), Out(P + "/m2", "1"));
        Graph.Add(EventType.Assemble, 3, Parent(Stack), Child(P + "/m1"));

        var report = await _node.ReportAsync(From(Stack));

        Assert.That(
            Amounts(report),
            Is.EqualTo(new[] { $"{Stack} 1 ", $"{P}/m1 1 ", $"{Ccm} 2 MTK", $"{Ink} 1.6 KGM", $"{Foil} 0.2 " })
        );
    }

    [Test]
    public async Task Forward_TwoWaysToOneItem_AddUp()
    {
        Graph.Add(EventType.Transform, 1, In(Roll, "2", "MTR"), Out(P + "/a"));
        Graph.Add(EventType.Transform, 2, In(Roll, "3", "MTR"), Out(P + "/b"));
        Graph.Add(EventType.Assemble, 3, Parent(Stack), Child(P + "/a"), Child(P + "/b"));

        var report = await _node.ReportAsync(From(Roll, TraceDirection.Forward));

        Assert.That(Amounts(report), Does.Contain($"{Stack} 5 MTR"));
    }

    [Test]
    public async Task Balance_OfALot_CountsUsedShippedAndScrapped()
    {
        Graph.Add(EventType.Transform, 0, Out(Roll, "100", "MTR"), In(Foil));
        Graph.Add(EventType.Transform, 1, In(Roll, "40", "MTR"), Out(Ccm));
        Graph.Add(
            EventType.Ship,
            2,
            new Member(MemberRole.Covered, Roll, "5", "MTR"),
            new(MemberRole.Covering, P + "/lo")
        );
        Graph.Add(EventType.Destroy, 3, new Member(MemberRole.Item, Roll, "1.5", "MTR"));

        var report = await _node.ReportAsync(From(Roll, TraceDirection.Forward));

        var balance = report.Balances[Graph.Item(Roll).Number].Single();
        Assert.Multiple(() =>
        {
            Assert.That(balance, Is.EqualTo(new LotBalance("MTR", 100, 40, 5, 1.5m)));
            Assert.That(balance.Left, Is.EqualTo(53.5m));
            Assert.That(Codes(report), Is.Empty);
        });
    }

    [Test]
    public async Task Findings_MoreUsedThanMade_NameTheLot()
    {
        Graph.Add(EventType.Transform, 0, Out(Ink, "10", "KGM"), In(Foil));
        Graph.Add(EventType.Transform, 1, In(Ink, "8", "KGM"), Out(Ccm));
        Graph.Add(EventType.Transform, 2, In(Ink, "4", "KGM"), Out(Stack));

        var report = await _node.ReportAsync(From(Ink, TraceDirection.Forward));

        var finding = report.Findings.Single();
        Assert.Multiple(() =>
        {
            Assert.That(finding.Code, Is.EqualTo("over-consumption"));
            Assert.That(finding.Message.En, Does.Contain("10 KGM").And.Contain("12 KGM"));
            Assert.That(Amounts(report), Does.Contain($"{Stack} 4 KGM"));
        });
    }

    [Test]
    public async Task Quantities_InUnitsOfOneKind_AreOneLot()
    {
        Graph.Add(EventType.Transform, 0, Out(Ink, "1", "KGM"), In(Foil));
        Graph.Add(EventType.Transform, 1, In(Ink, "500", "GRM"), Out(Ccm, "1", "MTR"), Out(P + "/m1", "300", "CMT"));
        Graph.Add(EventType.Transform, 2, In(Ink, "0.6", "KGM"), Out(Stack));

        var report = await _node.ReportAsync(From(Ink, TraceDirection.Forward));

        Assert.Multiple(() =>
        {
            Assert.That(Codes(report), Is.EqualTo(new[] { "over-consumption" }));
            Assert.That(report.Findings[0].Message.En, Does.Contain("1 KGM").And.Contain("1.1 KGM"));
            Assert.That(report.Balances.Values.First().Single().Left, Is.EqualTo(-0.1m));
            // Shares are reckoned of what was used in all, where that is more.
            Assert.That(Amounts(report), Does.Contain($"{Ccm} 0.125 KGM").And.Contain($"{P}/m1 0.375 KGM"));
        });
    }

    [Test]
    public async Task Quantities_OfNothing_AreNotTheWhole()
    {
        Graph.Add(EventType.Transform, 1, In(Ink, "0", "KGM"), Out(Ccm));
        Graph.Add(EventType.Transform, 2, In(Ink), Out(Stack));

        var report = await _node.ReportAsync(From(Ink, TraceDirection.Forward));

        Assert.That(Amounts(report), Does.Contain($"{Ccm} 0 ").And.Contain($"{Stack} 1 "));
    }

    [Test]
    public async Task Findings_OtherUnits_AreToldAndLeftOut()
    {
        Graph.Add(EventType.Transform, 0, Out(Ink, "10", "KGM"), In(Foil));
        Graph.Add(EventType.Transform, 1, In(Ink, "2000", "MTR"), Out(Ccm));
        Graph.Add(EventType.Transform, 2, In(Ink, "4", "KGM"), Out(Stack));

        var report = await _node.ReportAsync(From(Ink, TraceDirection.Forward));

        Assert.Multiple(() =>
        {
            Assert.That(Codes(report), Is.EqualTo(new[] { "units" }));
            Assert.That(Amounts(report), Does.Contain($"{Stack} 4 KGM"));
        });
    }

    [Test]
    public async Task Findings_Cycle_IsToldOnceAndNotFollowedTwice([Values] TraceDirection direction)
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));
        Graph.Add(EventType.Transform, 2, In(Ccm), Out(Stack));
        Graph.Add(EventType.Transform, 3, In(Stack), Out(Roll));
        Graph.Add(EventType.Transform, 4, In(Stack), Out(Car));

        var report = await _node.ReportAsync(From(Roll, direction));

        var finding = report.Findings.Single(static f => f.Code != "over-consumption");
        Assert.Multiple(() =>
        {
            Assert.That(finding.Code, Is.EqualTo("cycle"));
            Assert.That(finding.Items.Select(item => item.Spelling), Is.EquivalentTo(new[] { Roll, Ccm, Stack }));
            Assert.That(report.Graph.Nodes.Select(node => node.Item.Spelling), Is.Unique);
        });
    }

    [Test]
    public async Task Findings_CycleAwayFromTheRoot_IsTold()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));
        Graph.Add(EventType.Transform, 2, In(Ccm), Out(Stack));
        Graph.Add(EventType.Transform, 3, In(Stack), Out(Ccm), Out(Stack));
        Graph.Add(EventType.Transform, 4, In(Stack), Out(Car));

        var report = await _node.ReportAsync(From(Roll, TraceDirection.Forward));

        Assert.Multiple(() =>
        {
            Assert.That(
                report.Findings.Where(f => f.Code == "cycle").Select(f => f.Count),
                Is.EquivalentTo(new[] { 1, 2 })
            );
            Assert.That(report.Amounts, Has.None.Null);
        });
    }

    [Test]
    public async Task Findings_HeldItem_IsToldAndItsUseToo()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));
        var hold = Graph.Add(EventType.Hold, 2, new Member(MemberRole.Item, Roll));
        Graph.Hold(hold, Roll);
        Graph.Hold(hold, Ccm, own: false);

        var before = await _node.ReportAsync(From(Roll, TraceDirection.Forward));
        Graph.Add(EventType.Assemble, 3, Parent(Stack), Child(Ccm));
        var after = await _node.ReportAsync(From(Roll, TraceDirection.Forward));

        Assert.Multiple(() =>
        {
            Assert.That(Codes(before), Is.EqualTo(new[] { "held" }));
            Assert.That(before.Findings[0].Count, Is.EqualTo(2));
            Assert.That(before.Findings[0].Event, Is.EqualTo(hold.Number));
            Assert.That(Codes(after), Is.EqualTo(new[] { "held", "held-used" }));
            Assert.That(after.Findings[1].Items.Single().Spelling, Is.EqualTo(Ccm));
        });
    }

    [Test]
    public async Task Findings_ChildInTwoParents_OnlyWhereTheTimesOverlap()
    {
        Graph.Add(EventType.Assemble, 1, Parent(Stack), Child(Ccm));
        Graph.Add(EventType.Disassemble, 2, RemovedFrom(Stack), Removed(Ccm));
        Graph.Add(EventType.Assemble, 3, Parent(Car), Child(Ccm));
        var apart = await _node.ReportAsync(From(Ccm, TraceDirection.Forward));
        Graph.Add(EventType.Assemble, 4, Parent(P + "/other"), Child(Ccm));
        var overlapping = await _node.ReportAsync(From(Ccm, TraceDirection.Forward));

        Assert.Multiple(() =>
        {
            Assert.That(Codes(apart), Is.Empty);
            Assert.That(Codes(overlapping), Is.EqualTo(new[] { "two-parents" }));
            Assert.That(
                overlapping.Findings[0].Items.Select(item => item.Spelling),
                Is.EqualTo(new[] { Ccm, Car, P + "/other" })
            );
        });
    }

    [Test]
    public async Task Findings_OnePieceInEachOfTwoParents_UnlessItsMakingSaysThatItIsALot()
    {
        Graph.Add(EventType.Assemble, 2, Parent(Stack), Child(Ccm, "1"));
        Graph.Add(EventType.Assemble, 3, Parent(Car), Child(Ccm, "1"));
        var piece = await _node.ReportAsync(From(Ccm, TraceDirection.Forward));
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm, "2"));
        var lot = await _node.ReportAsync(From(Ccm, TraceDirection.Forward));

        Assert.That((Codes(piece), Codes(lot)), Is.EqualTo((new[] { "two-parents" }, Array.Empty<string>())));
    }

    [Test]
    public async Task Findings_SomeOfALotInEachOfTwoParents_AreNone()
    {
        Graph.Add(EventType.Assemble, 1, Parent(Stack), Child(Ccm, "2"));
        Graph.Add(EventType.Assemble, 2, Parent(Car), Child(Ccm, "2"));

        var report = await _node.ReportAsync(From(Ccm, TraceDirection.Forward));

        Assert.That(Codes(report), Is.Empty);
    }

    [Test]
    public async Task Findings_IdentifiersNotKnown_AreToldByKind()
    {
        Graph.Item(P + "/unregistered", registered: false);
        Graph.Item("99.1/foreign", registered: false);
        Graph.Item(P + "/revoked", revoked: true);
        Graph.Add(
            EventType.Transform,
            1,
            In(P + "/unregistered"),
            In("99.1/foreign"),
            In(P + "/revoked"),
            In("deionised water"),
            Out(Ccm)
        );

        var report = await _node.ReportAsync(From(Ccm));

        Assert.That(
            report.Findings.Select(finding => $"{finding.Code} {finding.Items.Single().Spelling}"),
            Is.EquivalentTo(
                new[] { $"unregistered {P}/unregistered", "unverified 99.1/foreign", $"revoked {P}/revoked" }
            )
        );
    }

    [Test]
    public async Task Findings_OutputOfATransformationWithoutInputs_IsTold()
    {
        Graph.Add(EventType.Transform, 1, Out(Ccm));
        Graph.Add(EventType.Commission, 1, new Member(MemberRole.Item, Ink));
        Graph.Add(EventType.Assemble, 2, Parent(Stack), Child(Ccm), Child(Ink));

        var report = await _node.ReportAsync(From(Stack));

        Assert.Multiple(() =>
        {
            Assert.That(Codes(report), Is.EqualTo(new[] { "output-without-input" }));
            Assert.That(report.Findings[0].Items.Single().Spelling, Is.EqualTo(Ccm));
        });
    }

    [Test]
    public async Task Explain_ItemOfTheTrace_GivesThePathsTheShortestFirst()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));
        Graph.Add(EventType.Transform, 2, In(Roll), Out(Stack));
        Graph.Add(EventType.Assemble, 3, Parent(Stack), Child(Ccm));
        Graph.Add(EventType.Assemble, 4, Parent(Car), Child(Stack));
        Graph.Add(EventType.Transform, 5, In(Car), Out(Stack));

        var report = await _node.ReportAsync(From(Roll, TraceDirection.Forward), explain: Car);

        Assert.That(
            report.Paths!.Select(path => string.Join(' ', path.Select(link => link.From.Spelling))),
            Is.EqualTo(new[] { $"{Stack} {Car}", $"{Ccm} {Stack} {Car}" })
        );
    }

    [Test]
    public async Task Explain_ManyPaths_AreBounded()
    {
        // Two ways at each of 40 steps: more than can be counted.
        for (var i = 0; i < 40; i++)
        {
            var (from, to) = ($"{P}/s{i}", $"{P}/s{i + 1}");
            Graph.Add(EventType.Transform, i, In(from), Out($"{from}a"), Out($"{from}b"));
            Graph.Add(EventType.Transform, i, In($"{from}a"), Out(to));
            Graph.Add(EventType.Transform, i, In($"{from}b"), Out(to));
        }

        var report = await _node.ReportAsync(From(P + "/s0", TraceDirection.Forward), explain: P + "/s40");

        Assert.That(report.Paths, Has.Count.EqualTo(20).And.All.Count.EqualTo(80));
    }

    [Test]
    public async Task Explain_ItemNotInTheTrace_IsRefused()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));

        var error = await _node.RefusalAsync(From(Ccm), explain: Car);

        Assert.That((error.Code, error.Field), Is.EqualTo((ErrorCode.InvalidValue, "explain")));
    }

    [Test]
    public async Task Report_OfACallerBoundToAPrefix_TellsNothingOfWhatIsBeyond()
    {
        const string Theirs = "88.300.2/x";
        Graph.Add(EventType.Transform, 0, Out(Roll, "100", "MTR"), In(Theirs));
        Graph.Add(EventType.Transform, 1, In(Roll, "40", "MTR"), Out(Ccm, "1"), Out(Theirs, "3"));
        Graph.Add(EventType.Transform, 2, In(Roll, "80", "MTR"), Out(Theirs));
        Graph.Add(EventType.Transform, 3, In(Theirs), Out(Stack));
        Graph.Add(EventType.Assemble, 4, Parent(Theirs), Child(Ccm));

        var bound = await _node.ReportAsync(From(Roll, TraceDirection.Both), caller: BoundTo(P));

        Assert.Multiple(() =>
        {
            Assert.That(Amounts(bound), Is.EqualTo(new[] { $"{Roll} 40 MTR", $"{Ccm} 40 MTR" }));
            Assert.That(bound.End.Nodes, Is.EqualTo(2));
            Assert.That(bound.Findings, Is.Empty);
            Assert.That(bound.Balances, Is.Empty);
        });
    }

    [Test]
    public async Task Report_OfACallerBoundToAPrefix_DoesNotNameTheEventOfAHold()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));
        var hold = Graph.Add(EventType.Hold, 0, new Member(MemberRole.Item, "88.300.2/x"));
        var other = Graph.Add(EventType.Hold, 0, new Member(MemberRole.Item, "88.300.2/y"));
        Graph.Hold(hold, Roll, own: false);
        Graph.Hold(other, Roll, own: false);

        var bound = await _node.ReportAsync(From(Roll, TraceDirection.Forward), caller: BoundTo(P));

        Assert.That(
            bound.Findings.Select(finding => (finding.Code, finding.Count, finding.Event)),
            Is.EqualTo(new[] { ("held", 1, 0L), ("held-used", 1, 0L) })
        );
    }

    [Test]
    public async Task Findings_PieceUsedTwice_NameIt_AndNotLotsOrRework()
    {
        Graph.Add(EventType.Transform, 0, In(Foil), In(Roll), Out(Foil));
        Graph.Add(EventType.Transform, 1, In(Foil), In(Ink, "8", "KGM"), Out(Ccm));
        Graph.Add(EventType.Transform, 2, In(Ccm), In(Ink, "8", "KGM"), Out(Stack));
        Graph.Add(EventType.Transform, 3, In(Ccm), Out(Car));

        var report = await _node.ReportAsync(From(Ink, TraceDirection.Forward));
        var ofFoil = await _node.ReportAsync(From(Roll, TraceDirection.Forward));

        Assert.That(Codes(report), Is.EqualTo(new[] { "over-consumption" }));
        Assert.That(report.Findings[0].Message.En, Does.Contain(Ccm).And.Contain("2 times"));
        var twice = ofFoil.Findings.Where(f => f.Code == "over-consumption").SelectMany(f => f.Items);
        Assert.That(twice.Select(i => i.Spelling), Is.EqualTo(new[] { Ccm }));
    }

    [Test]
    public async Task Findings_PieceUsedAndStillBuiltIn_NameBoth()
    {
        Graph.Add(EventType.Assemble, 1, Parent(Stack), Child(Ccm));
        Graph.Add(EventType.Transform, 2, In(Ccm), Out(Car));

        var report = await _node.ReportAsync(From(Ccm, TraceDirection.Forward));

        var finding = report.Findings.Single();
        Assert.That(finding.Code, Is.EqualTo("over-consumption"));
        Assert.That(finding.Items.Select(i => i.Spelling), Is.EqualTo(new[] { Ccm, Stack }));
    }

    [Test]
    public async Task Report_BudgetSpent_SaysSoAndReckonsNothing()
    {
        Graph.Add(EventType.Transform, 1, In(Roll, "2", "MTR"), Out(Ccm), Out(Stack));

        var report = await _node.ReportAsync(From(Roll, TraceDirection.Forward) with { Budget = 2 });

        Assert.Multiple(() =>
        {
            Assert.That(report.End.IsComplete, Is.False);
            Assert.That(report.End.Frontier.Select(item => item.Spelling), Is.EqualTo(new[] { Roll, Ccm }));
            Assert.That(report.Amounts, Has.All.Null);
        });
    }

    private static IEnumerable<string> Codes(TraceReport report) => report.Findings.Select(finding => finding.Code);

    private static IEnumerable<string> Amounts(TraceReport report) =>
        report.Graph.Nodes.Zip(
            report.Amounts,
            (node, amount) =>
                FormattableString.Invariant($"{node.Item.Spelling} {amount?.Quantity:0.######} {amount?.Unit}")
        );
}
