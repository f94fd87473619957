using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Traceability;

/// <summary>A page of items is reckoned as each of them alone.</summary>
[TestFixture]
public sealed class StockReckonerTests
{
    private const string P = CoreFixture.HomedPrefix;

    private static readonly EventType[] s_types = [EventType.Move, EventType.Receive, EventType.Commission];

    private static readonly PlantClock s_plant = new(TimeProvider.System, TimeZoneInfo.Utc);

    private CoreFixture _node = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        _node = await CoreFixture.CreateAsync();
        await _node.PublishAsync(
            new Template
            {
                Code = "frame",
                Attributes = [new AttributeDefinition { Code = "name", Type = AttributeType.Text }],
                Trace = new TraceRules { Links = [new LinkRule { Type = "contains" }] },
            }
        );
    }

    [TearDown]
    public void Dispose() => _node.Dispose();

    [Test]
    public async Task RowsAsync_OfRandomEvents_AreThoseOfEachItemReadAlone([Range(1, 20)] int seed)
    {
        var (graph, items) = Random(new Random(seed));
        var alone = new StockReckoning(graph, _node.Store.Records, _node.Catalog.Current, s_plant);
        var expected = new List<StockRow>();
        foreach (var item in items)
        {
            expected.AddRange(await alone.RowsAsync(item, CancellationToken.None));
        }
        var asked = graph.Questions;

        var (rows, holders) = await new StockReckoner(graph, _node.Store.Records, _node.Catalog, s_plant).RowsAsync(
            [.. items.Select(static item => item.Number)],
            CancellationToken.None
        );

        Assert.That(rows, Is.EqualTo(expected));
        Assert.That(rows.Select(static row => row.Holder).OfType<ItemKey>().Distinct(), Is.SubsetOf(holders));
        Assert.That(graph.Questions - asked, Is.LessThan(asked));
    }

    /// <summary>Pieces and lots that come, go, are put on pallets and into frames, and taken out again.</summary>
    private static (GraphStore Graph, List<TraceItem> Items) Random(Random random)
    {
        var graph = new GraphStore();
        var carriers = Enumerable.Range(0, 4).Select(i => graph.Item($"{P}/P{i}", i == 0 ? "frame" : null)).ToList();
        List<TraceItem> items =
        [
            .. carriers,
            .. Enumerable.Range(0, 8).Select(i => graph.Item($"{P}/I{i}", revoked: i == 7)),
            graph.Item($"{P}/absent", registered: false),
        ];
        // Some have more events than are read at once.
        for (var i = 0; i < 400; i++)
        {
            var item = items[random.Next(3) == 0 ? 5 : random.Next(items.Count)].Spelling;
            var carrier = carriers[random.Next(carriers.Count)].Spelling;
            var quantity = random.Next(4) == 0 ? $"{random.Next(1, 9)}" : null;
            var place = new Member(MemberRole.Place, $"hall {random.Next(3)}");
            var member = new Member(MemberRole.Item, item, quantity);
            Member[] members = random.Next(9) switch
            {
                0 => [Member.Parent(carrier), Member.Child(item, quantity)],
                1 => [Member.RemovedFrom(carrier), Member.Removed(item), place],
                2 => [Member.RemovedFrom(carrier)],
                3 when random.Next(4) == 0 => [Member.In(item, quantity)],
                4 => [Member.Out(item, quantity), place],
                5 => [new(MemberRole.Covering, "order"), new(MemberRole.Covered, item, quantity)],
                _ => [member, place],
            };
            var type = members[0].Role switch
            {
                MemberRole.Parent => EventType.Assemble,
                MemberRole.RemovedFrom => EventType.Disassemble,
                MemberRole.Covering => EventType.Ship,
                MemberRole.Item => s_types[random.Next(s_types.Length)],
                _ => EventType.Transform,
            };
            var added = graph.Add(type, random.Next(300), members);
            if (random.Next(12) == 0)
            {
                graph.Void(added);
            }
        }
        return (graph, items);
    }
}
