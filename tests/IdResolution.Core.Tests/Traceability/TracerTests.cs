using System.Buffers.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Traceability;
using static IdResolution.Core.Tests.Traceability.Member;
using static IdResolution.Core.Tests.Traceability.TraceFixture;

namespace IdResolution.Core.Tests.Traceability;

/// <summary>Who may trace what, where a trace begins and goes on, and large graphs.</summary>
[TestFixture]
public sealed class TracerTests
{
    private const string Roll = P + "/roll";
    private const string Ccm = P + "/ccm";
    private const string Stack = P + "/stack";

    private TraceFixture _node = null!;

    private GraphStore Graph => _node.Graph;

    [SetUp]
    public async Task BeginAsync() => _node = await TraceFixture.CreateAsync();

    [TearDown]
    public void End() => _node.Dispose();

    [TestCase(Role.Anonymous, ErrorCode.Unauthenticated)]
    [TestCase(Role.Partner, ErrorCode.Forbidden)]
    [TestCase(Role.Auditor, ErrorCode.Forbidden)]
    public async Task Begin_RoleThatDoesNotDo_IsRefused(Role role, ErrorCode code) =>
        Assert.That((await _node.RefusalAsync(From(Roll), new Caller(role, 1, "k"))).Code, Is.EqualTo(code));

    [Test]
    public async Task Begin_IdentifierBeyondTheCallersPrefix_IsRefusedAlikeWhetherItIsThereOrNot()
    {
        Graph.Add(EventType.Commission, 1, new Member(MemberRole.Item, Roll));

        var there = await _node.RefusalAsync(From(Roll), BoundTo("88.300.2"));
        var absent = await _node.RefusalAsync(From(Stack), BoundTo("88.300.2"));

        Assert.That(there.Message.En.Replace(Roll, Stack, StringComparison.Ordinal), Is.EqualTo(absent.Message.En));
    }

    [TestCase(P + "/nothing", ErrorCode.NotFound)]
    [TestCase("99.1/foreign", ErrorCode.NotResponsible)]
    public async Task Begin_IdentifierThatNobodyNamed_IsNotFound(string identifier, ErrorCode code)
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));

        Assert.That((await _node.RefusalAsync(From(identifier))).Code, Is.EqualTo(code));
    }

    [TestCase(0, null, null, "budget")]
    [TestCase(1_000_001, null, null, "budget")]
    [TestCase(1, 2L, null, "number")]
    [TestCase(1, 0L, null, "number")]
    [TestCase(1, null, "AAAA", "cursor")]
    [TestCase(1, null, "", "cursor")]
    public async Task Begin_BadInput_NamesTheField(int budget, long? number, string? cursor, string field)
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));

        var error = await _node.RefusalAsync(From(Roll) with { Budget = budget, Number = number, Cursor = cursor });

        Assert.That((error.Code, error.Field), Is.EqualTo((ErrorCode.InvalidValue, field)));
    }

    [Test]
    public async Task Begin_TooManyTemplates_NamesTheField()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));
        var most = Enumerable.Repeat("roll", TraceQuery.MaxTemplates).ToList();

        var error = await _node.RefusalAsync(From(Roll) with { Templates = [.. most, ""] });

        Assert.That((error.Code, error.Field), Is.EqualTo((ErrorCode.InvalidValue, "template")));
    }

    [Test]
    public async Task Begin_TemplateThatIsNone_NamesIt()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));

        var error = await _node.RefusalAsync(From(Roll) with { Templates = ["even", "vehicel"] });

        Assert.That((error.Code, error.Field), Is.EqualTo((ErrorCode.InvalidValue, "template")));
        Assert.That(error.Message.En, Does.Contain("vehicel"));
    }

    [Test]
    public async Task Cursor_BeyondTheEndOfTheLog_IsOfAnotherLog()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm), Out(Stack));
        var query = From(Roll, TraceDirection.Forward) with { Budget = 1 };
        var cursor = (await _node.WalkAsync(query)).End.Cursor;
        var restored = new GraphStore();
        restored.Item(Roll);

        var refused = await _node
            .Tracer(restored)
            .BeginAsync(query with { Cursor = cursor }, Reader, CancellationToken.None);

        Assert.That((refused.Error?.Code, refused.Error?.Field), Is.EqualTo((ErrorCode.LogRestarted, "cursor")));
    }

    [Test]
    public async Task Cursor_OfAnotherTrace_IsRefused()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm), Out(Stack));
        var query = From(Roll, TraceDirection.Forward) with { Budget = 1 };
        var cursor = (await _node.WalkAsync(query)).End.Cursor;
        Assert.That(cursor, Is.Not.Null);

        foreach (
            var (other, caller) in new[]
            {
                (query with { Root = Id(Ccm) }, Reader),
                (query with { Direction = TraceDirection.Both }, Reader),
                (query with { Kinds = LinkKinds.Consumes }, Reader),
                (query with { At = 5 }, Reader),
                (query, BoundTo(P)),
            }
        )
        {
            var error = await _node.RefusalAsync(other with { Cursor = cursor }, caller);
            Assert.That(error.Field, Is.EqualTo("cursor"), other.ToString());
        }
    }

    [Test]
    public async Task Cursor_WithAnyByteChanged_IsRefused()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm), Out(Stack));
        var query = From(Roll, TraceDirection.Forward) with { Budget = 1 };
        var given = Base64Url.DecodeFromChars((await _node.WalkAsync(query)).End.Cursor);

        for (var i = 0; i < given.Length; i++)
        {
            byte[] changed = [.. given];
            changed[i] ^= 0x10;
            var error = await _node.RefusalAsync(query with { Cursor = Base64Url.EncodeToString(changed) });
            Assert.That(error.Field, Is.EqualTo("cursor"), $"byte {i}");
        }
    }

    [Test]
    public async Task Cursor_EventsThatCameMeanwhile_AreNotInTheTrace()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm), Out(Stack));
        var query = From(Roll, TraceDirection.Forward) with { Budget = 2 };
        var first = await _node.WalkAsync(query);
        Graph.Add(EventType.Transform, 0, In(Roll), Out(P + "/late"));
        Graph.Void(Graph.Events[0]);

        var second = await _node.WalkAsync(query with { Cursor = first.End.Cursor });

        Assert.Multiple(() =>
        {
            Assert.That(second.Nodes.Select(node => node.Item.Spelling), Is.EqualTo(new[] { Stack }));
            Assert.That(second.End.IsComplete, Is.True);
        });
    }

    [Test]
    public async Task Walk_EventsArriveWhileItReads_AreNotInIt()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));
        var before = Graph.Events.Count;
        Graph.OnLinks = () => Graph.Add(EventType.Transform, 1, In(Ccm), Out($"{P}/new{Graph.Events.Count}"));

        var walked = await _node.WalkAsync(From(Roll, TraceDirection.Forward));

        Assert.Multiple(() =>
        {
            Assert.That(Graph.Events, Has.Count.GreaterThan(before));
            Assert.That(walked.Nodes.Select(node => node.Item.Spelling), Is.EqualTo(new[] { Roll, Ccm }));
        });
    }

    [Test]
    public async Task Walk_ItemRegisteredWhileItReads_IsNotCutInSilence()
    {
        Graph.Item(Ccm, registered: false);
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));
        Graph.Add(EventType.Transform, 2, In(Ccm), Out(Stack));
        var reads = 0;
        Graph.OnLinks = () =>
        {
            if (++reads == 2)
            {
                Graph.Register(Ccm);
            }
        };

        var all = await _node.WalkAllAsync(From(Roll, TraceDirection.Forward));

        Assert.Multiple(() =>
        {
            Assert.That(all.Walks, Is.EqualTo(2));
            Assert.That(all.Nodes.Select(node => node.Item.Spelling), Is.EqualTo(new[] { Roll, Ccm, Stack }));
        });
    }

    [Test]
    public async Task Report_ItemRegisteredWhileItReads_IsReadAnew()
    {
        Graph.Item(Ccm, registered: false);
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));
        Graph.Add(EventType.Transform, 2, In(Ccm), Out(Stack));
        var reads = 0;
        Graph.OnLinks = () =>
        {
            if (++reads == 2)
            {
                Graph.Register(Ccm);
            }
        };

        var report = await _node.ReportAsync(From(Roll, TraceDirection.Forward));

        Assert.Multiple(() =>
        {
            Assert.That(report.End.IsComplete, Is.True);
            Assert.That(report.Graph.Nodes.Select(node => node.Item.Spelling), Is.EqualTo(new[] { Roll, Ccm, Stack }));
        });
    }

    [Test]
    public async Task Walk_Number_GivesWhatWasThereThen()
    {
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Ccm));
        Graph.Void(Graph.Events[0]);
        Graph.Add(EventType.Transform, 1, In(Roll), Out(Stack));

        async Task<string[]> AtAsync(long number) =>
            [
                .. (await _node.WalkAsync(From(Roll, TraceDirection.Forward) with { Number = number })).Nodes.Select(
                    node => node.Item.Spelling
                ),
            ];

        Assert.Multiple(async () =>
        {
            Assert.That(await AtAsync(1), Is.EqualTo(new[] { Roll, Ccm }));
            Assert.That(await AtAsync(2), Is.EqualTo(new[] { Roll }));
            Assert.That(await AtAsync(3), Is.EqualTo(new[] { Roll, Stack }));
        });
    }

    [Test]
    public async Task Walk_TimeSpent_MakesSomeWayAndComesToTheEnd()
    {
        for (var i = 0; i < 2_000; i++)
        {
            Graph.Add(EventType.Transform, 1, In(Roll), Out($"{P}/{i}"));
        }
        var clock = new Clock();
        _node.Time = clock;
        Graph.OnLinks = () => clock.Minutes += 2;

        var walked = await _node.WalkAllAsync(From(Roll, TraceDirection.Forward));

        Assert.Multiple(() =>
        {
            Assert.That(walked.Walks, Is.GreaterThan(1));
            Assert.That(walked.Nodes, Has.Count.EqualTo(2_001));
            Assert.That(walked.Nodes.Select(node => node.Item.Number), Is.Unique);
        });
    }

    [Test]
    public async Task Walk_ChainOfTenThousand_ComesToItsEnd()
    {
        for (var i = 0; i < 10_000; i++)
        {
            Graph.Add(EventType.Transform, i, In($"{P}/{i}"), Out($"{P}/{i + 1}"));
        }

        var report = await _node.ReportAsync(
            From(P + "/0", TraceDirection.Forward) with
            {
                Budget = 20_000,
            },
            explain: P + "/10000"
        );

        Assert.Multiple(() =>
        {
            Assert.That(report.End.IsComplete, Is.True);
            Assert.That(report.Graph.Nodes[^1].Generation, Is.EqualTo(10_000));
            Assert.That(report.Paths!.Single(), Has.Count.EqualTo(10_000));
        });
    }

    [Test]
    public async Task Walk_ManyOutputs_AreReadInPages()
    {
        Graph.Add(EventType.Transform, 1, [In(Roll), .. Enumerable.Range(0, 9_999).Select(i => Out($"{P}/{i}"))]);

        var walked = await _node.WalkAsync(From(Roll, TraceDirection.Forward));

        Assert.Multiple(() =>
        {
            Assert.That(walked.Nodes, Has.Count.EqualTo(10_000));
            Assert.That(walked.End.IsComplete, Is.True);
            Assert.That(Graph.Questions, Is.LessThan(200));
        });
    }

    private sealed class Clock : TimeProvider
    {
        public long Minutes { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Minutes * 60;
    }
}
