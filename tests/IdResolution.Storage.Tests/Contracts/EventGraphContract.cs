using System.Globalization;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Testing;
using static IdResolution.Testing.EventWrites;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every event store reads: links, parts and lists of random events, as the model says.</summary>
public abstract class EventGraphContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private const int Items = 8;
    private const int Events = 60;

    private static readonly CancellationToken s_stop = CancellationToken.None;
    private static readonly MemberRole[] s_roles = Enum.GetValues<MemberRole>();
    private static readonly EventType[] s_types =
    [
        EventType.Transform,
        EventType.Assemble,
        EventType.Cover,
        EventType.Ship,
        EventType.Replace,
        EventType.Observe,
    ];

    private IEventStore Store => Ports.Events;

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task LinksAsync_RandomEvents_AreThoseOfTheModelInPagesOfAnySize(int seed)
    {
        var random = new Random(seed);
        var (model, items, head) = await FillAsync(random);
        for (var run = 0; run < 40; run++)
        {
            var query = new LinkQuery
            {
                Items = [.. random.GetItems(items, random.Next(1, 5))],
                Backward = run % 2 == 0,
                Kinds = run < 4 ? (LinkKinds)63 : (LinkKinds)random.Next(64),
                Number = run < 4 ? head : random.NextInt64(head + 1),
                Limit = run < 2 ? 10_000 : random.Next(1, 7),
            };

            Assert.That(await AllLinksAsync(query), Is.EqualTo(model.Links(query)), $"{run}: {query}");
        }
    }

    [Test]
    public async Task LinksAsync_EventWithManyMembers_GoesOnWithinIt()
    {
        var members = Enumerable
            .Range(0, 300)
            .Select(i => Member(MemberRole.Input, $"88.1/CELL-{i}", position: i.ToString(CultureInfo.InvariantCulture)))
            .Append(Member(MemberRole.Output, "88.1/STACK"))
            .ToArray();
        await Store.WriteAsync([Event("e1", EventType.Transform, 0, members)], s_stop).Soon();
        var stack = await Store.NumbersAsync([Key("88.1/STACK")], s_stop);

        var query = new LinkQuery
        {
            Items = stack,
            Backward = true,
            Kinds = LinkKinds.Genealogy,
            Number = 1,
            Limit = 7,
        };

        Assert.That((await AllLinksAsync(query)).Select(l => l.Row), Is.EqualTo(Enumerable.Range(0, 300)));
    }

    [Test]
    public async Task PartsAsync_RandomEvents_AreThoseOfTheModel()
    {
        var random = new Random(4);
        var (model, items, head) = await FillAsync(random);
        foreach (var item in items)
        {
            var roles = s_roles.Where(_ => random.Next(2) == 0).ToList();
            var (number, limit) = (random.NextInt64(head + 1), random.Next(1, 4));

            Assert.That(
                (await Store.PartsAsync(item, roles, number, limit, s_stop)).Order(s_byAll),
                Is.EqualTo(model.Parts(item, roles, number, limit).Order(s_byAll))
            );
            Assert.That(
                (await Store.PartsAsync(item, roles, number, limit, s_stop)).Select(p => (p.Time, p.Event)),
                Is.EqualTo(model.Parts(item, roles, number, limit).Select(p => (p.Time, p.Event)))
            );
        }
    }

    [TestCase(11)]
    [TestCase(12)]
    public async Task SumAsync_RandomEvents_IsThatOfTheParts(int seed)
    {
        var random = new Random(seed);
        var (model, items, head) = await FillAsync(random);
        foreach (var item in items)
        {
            var roles = s_roles.Where(_ => random.Next(2) == 0).ToList();
            var number = random.NextInt64(head + 1);
            foreach (var until in new[] { TimeOf(random.Next(20)), long.MaxValue })
            {
                var parts = model.Parts(item, roles, number, int.MaxValue).FindAll(p => p.Time <= until);
                var read = await PartByPart.SumAsync(Store, item, roles, number, until, s_stop);

                var sums = await Store.SumAsync(item, roles, number, until, s_stop);

                Assert.That(
                    sums.GroupBy(s => (s.Role, s.Unit), s => (s.Quantity, s.Unsaid))
                        .Select(g => (g.Key, g.Sum(s => s.Quantity), g.Sum(s => s.Unsaid))),
                    Is.EquivalentTo(
                        parts
                            .GroupBy(p => (p.Role, p.Unit), p => p.Quantity)
                            .Select(g =>
                                (
                                    g.Key,
                                    g.Sum(q => PartSums.TryRead(q, out var quantity) ? quantity : 0),
                                    (long)g.Count(q => q is null)
                                )
                            )
                    )
                );
                Assert.That(sums, Is.EquivalentTo(read), $"{string.Join(' ', roles)} at {number} until {until}");
            }
        }
    }

    [Test]
    public async Task SumAsync_QuantitiesOfManyDigits_UnitsAndHolders_AreSummedExactly()
    {
        await Store
            .WriteAsync(
                [
                    Used("s1", "0.1", "KGM"),
                    Used("s2", "0.2", "KGM"),
                    Used("s3", "0.1", "KGM"),
                    Used("s4", "2", null),
                    Used("s5", null, null),
                    Used("s6", new string('9', 40), "KGM"),
                ],
                s_stop
            )
            .Soon();
        var lot = (await Store.NumbersAsync([Key("88.1/LOT")], s_stop))[0];

        var sums = await Store.SumAsync(lot, [MemberRole.Input], long.MaxValue, long.MaxValue, s_stop);

        Assert.That(
            sums.Select(s => (s.Unit, s.Quantity, s.Unsaid, s.IsLot)),
            Is.EquivalentTo([("KGM", 0.4m, 1L, true), ((string?)null, 2m, 1L, true)])
        );

        static EventWrite Used(string name, string? quantity, string? unit) =>
            Event(
                name,
                EventType.Transform,
                0,
                Member(MemberRole.Input, "88.1/LOT", quantity: quantity, unit: unit),
                Member(MemberRole.Output, "88.1/PART")
            );
    }

    [Test]
    public async Task PartsOfAsync_RandomEvents_AreThoseOfEachItem()
    {
        var random = new Random(9);
        var (model, items, head) = await FillAsync(random);
        for (var run = 0; run < 10; run++)
        {
            var asked = random.GetItems(items, random.Next(0, 5));
            var roles = s_roles.Where(_ => random.Next(2) == 0).ToList();
            var (number, limit) = (random.NextInt64(head + 1), random.Next(1, 4));

            var parts = await Store.PartsOfAsync(asked, roles, number, limit, s_stop);

            Assert.That(parts, Has.Count.EqualTo(asked.Length));
            for (var i = 0; i < asked.Length; i++)
            {
                Assert.That(
                    parts[i].Order(s_byAll),
                    Is.EqualTo(model.Parts(asked[i], roles, number, limit).Order(s_byAll)),
                    $"{run}: {string.Join(' ', roles)}"
                );
            }
        }
    }

    [Test]
    public async Task FindAllAsync_SomeThatAreNotThere_AreLeftOutAndTheOthersInOrder()
    {
        var first = (await WriteAsync("f1")).Object;
        var second = (await WriteAsync("f2")).Object;

        var found = await Store.FindAllAsync([second, 987_654, first], s_stop);
        var none = await Store.FindAllAsync([], s_stop);

        Assert.That(found.Select(e => e.Object), Is.EqualTo([second, first]));
        Assert.That(found[1].State, Is.EqualTo((await Store.FindAsync(first, s_stop))!.State));
        Assert.That(none, Is.Empty);

        async Task<EventWriteResult> WriteAsync(string key) =>
            (
                await Store
                    .WriteAsync([Event(key, EventType.Observe, 0, Member(MemberRole.Item, "88.1/F"))], s_stop)
                    .Soon()
            )[0];
    }

    [TestCase(5)]
    [TestCase(6)]
    public async Task ListAsync_RandomEvents_AreThoseOfTheModelInPagesOfAnySize(int seed)
    {
        var random = new Random(seed);
        var (model, items, head) = await FillAsync(random);
        long? Maybe(long value) => random.Next(3) == 0 ? value : null;
        for (var run = 0; run < 40; run++)
        {
            var query = new EventQuery
            {
                Item = Maybe(random.GetItems(items, 1)[0]),
                Roles = random.Next(2) == 0 ? s_roles.Where(_ => random.Next(2) == 0).ToList() : null,
                Place = random.Next(4) == 0 ? Maybe(random.GetItems(items, 1)[0]) : null,
                Equipment = random.Next(2) == 0 ? Maybe(random.GetItems(items, 1)[0]) : null,
                Type = random.Next(3) == 0 ? s_types[random.Next(s_types.Length)] : null,
                From = Maybe(TimeOf(random.Next(10))),
                To = Maybe(TimeOf(random.Next(10, 20))),
                Descending = random.Next(2) == 0,
                Number = run < 4 ? head : random.NextInt64(head + 1),
                Limit = random.Next(1, 6),
            };

            Assert.That(await AllEventsAsync(query), Is.EqualTo(model.List(query)), $"{run}: {query}");
        }
        foreach (var item in items)
        {
            foreach (var place in items)
            {
                var query = new EventQuery
                {
                    Item = item,
                    Place = place,
                    Number = head,
                    Limit = 5,
                };
                Assert.That(await AllEventsAsync(query), Is.EqualTo(model.List(query)), $"{query}");
            }
        }
    }

    private static readonly Comparer<ItemEvent> s_byAll = Comparer<ItemEvent>.Create(
        static (a, b) => string.CompareOrdinal(a.ToString(), b.ToString())
    );

    private static long TimeOf(int minute) => Event("", EventType.Observe, minute).Time;

    private async Task<(EventModel Model, long[] Items, long Head)> FillAsync(Random random)
    {
        for (var i = 0; i < Items / 2; i++)
        {
            await WriteDoneAsync(RecordWrites.Registration($"88.1/I-{i}"));
        }
        var model = new EventModel();
        var results = new List<EventWriteResult>();
        for (var i = 0; i < Events; i++)
        {
            var voidable = model.Voidable.ToList();
            var write =
                random.Next(6) == 0 && voidable.Count > 0
                    ? Correction($"e{i}", random.Next(20), voidable[random.Next(voidable.Count)])
                    : Some(random, i);
            var result = (await Store.WriteAsync([write], s_stop).Soon())[0];
            if (result.Outcome == EventOutcome.Created)
            {
                model.Add(write, result, await Store.NumbersAsync([.. write.Members.Select(m => m.Item)], s_stop));
            }
            else
            {
                Assert.That(result.Outcome, Is.EqualTo(EventOutcome.Cycle));
            }
        }
        var items = await Store.NumbersAsync([.. Enumerable.Range(0, Items).Select(i => Key($"88.1/I-{i}"))], s_stop);
        return (model, [.. items.Where(i => i > 0)], await Store.HeadAsync(s_stop));
    }

    private static EventWrite Some(Random random, int i) =>
        Event(
            $"e{i}",
            s_types[random.Next(s_types.Length)],
            random.Next(20),
            [
                .. Enumerable
                    .Range(0, random.Next(1, 8))
                    .Select(k =>
                        Member(
                            s_roles[random.Next(s_roles.Length)],
                            $"88.1/I-{random.Next(Items)}",
                            random.Next(2) == 0 ? $"{k}.5" : null,
                            random.Next(2) == 0 ? "KGM" : null,
                            random.Next(2) == 0 ? $"slot {k}" : null
                        )
                    ),
            ]
        );

    private async Task<List<EventLink>> AllLinksAsync(LinkQuery query)
    {
        var links = new List<EventLink>();
        while (true)
        {
            var before = links.Count;
            var position = await Store.LinksAsync(query, links, s_stop);
            Assert.That(links.Count - before, Is.LessThanOrEqualTo(query.Limit));
            if (position.Item == query.Items.Count)
            {
                return links;
            }
            query = query with { After = position };
        }
    }

    private async Task<List<long>> AllEventsAsync(EventQuery query)
    {
        var events = new List<long>();
        StatePage<StoredEvent> page;
        do
        {
            page = await Store.ListAsync(query, s_stop);
            Assert.That(page, Has.Count.LessThanOrEqualTo(query.Limit));
            events.AddRange(page.Select(e => e.Object));
            query = page.Count == 0 ? query : query with { After = (page[^1].Time, page[^1].Object) };
        } while (page.IsFull);
        return events;
    }
}
