using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Leases;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every store of the stock does.</summary>
public abstract class StockStoreContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private static readonly ItemKey s_hall = ItemKey.OfText("Hall 1");
    private static readonly ItemKey s_store = ItemKey.OfText("Store");
    private static readonly ItemKey s_pallet = ItemKey.OfText("Pallet");

    [Test]
    public async Task ReplaceAsync_Again_HasTheLastRowsOfTheItem_AndThoseOfOthers()
    {
        await ReplaceAsync([1, 2], Row(s_hall, 1), Row(s_hall, 2, "KGM", quantity: "2.5"), Row(s_store, 2, "KGM"));
        await ReplaceAsync([1], Row(s_store, 1, "", s_pallet));
        await ReplaceAsync([3]);

        Assert.That(
            await ReadAsync(new StockQuery { Limit = 10 }),
            Is.EqualTo(
                new[] { Row(s_hall, 2, "KGM", quantity: "2.5"), Row(s_store, 1, "", s_pallet), Row(s_store, 2, "KGM") }
            )
        );
    }

    [Test]
    public async Task ReplaceAsync_WithAMove_WritesOnce()
    {
        var lease = (
            await Ports
                .Leases.TakeAsync(StockRow.ReaderName, "one", TimeSpan.FromMinutes(1), CancellationToken.None)
                .Soon()
        )!;

        var first = await MoveAsync(lease, Row(s_hall, 1));
        var again = await MoveAsync(lease, Row(s_store, 1));

        Assert.That((first, again), Is.EqualTo((true, false)));
        Assert.That(await ReadAsync(new StockQuery { Limit = 10 }), Is.EqualTo(new[] { Row(s_hall, 1) }));
        Assert.That(await Ports.Readers.CursorAsync(StockRow.ReaderName, CancellationToken.None), Is.EqualTo(5));
    }

    [Test]
    public async Task ReadAsync_ByEachFilter_PageByPage_HasEachRowOnce_InOrder()
    {
        StockRow[] rows =
        [
            Row(null, 9, "", s_pallet),
            Row(s_hall, 1),
            Row(s_hall, 2, "KGM"),
            Row(s_hall, 2, "MTR", s_pallet),
            Row(s_hall, 3, template: "other"),
            Row(s_store, 2, "KGM"),
            Row(s_store, 4),
        ];
        await ReplaceAsync([1, 2, 3, 4, 9], rows);

        foreach (var place in new ItemKey?[] { null, s_hall, s_store })
        {
            foreach (var item in new long?[] { null, 2, 9 })
            {
                foreach (var template in new[] { null, "cell", "other" })
                {
                    var query = new StockQuery
                    {
                        Place = place,
                        Item = item,
                        Template = template,
                        Limit = 1,
                    };
                    var expected = rows.Where(r =>
                        r.Place is not null
                        && (place is null || r.Place == place)
                        && (item is null || r.Item == item)
                        && (template is null || r.Template == template)
                    );
                    Assert.That(await PagesAsync(query), Is.EqualTo(expected), $"{place} {item} {template}");
                }
            }
        }
    }

    [Test]
    public async Task OfItemsAsync_GivesAllRowsOfTheItems_AtMostSoMany()
    {
        StockRow[] rows = [Row(null, 1, "", s_pallet), Row(s_hall, 2), Row(s_store, 1), Row(s_store, 3)];
        await ReplaceAsync([1, 2, 3], rows);

        Assert.That(await Ports.Stock.OfItemsAsync([1, 2, 9], 10, CancellationToken.None), Is.EqualTo(rows[..3]));
        Assert.That(await Ports.Stock.OfItemsAsync([1, 2, 3], 2, CancellationToken.None), Is.EqualTo(rows[..2]));
    }

    [Test]
    public async Task HeldAsync_GivesTheItemsOfACarrier_AlsoOfOneThatIsNowhere()
    {
        await ReplaceAsync(
            [1, 2, 3, 4],
            Row(s_hall, 1, "", s_pallet),
            Row(s_hall, 1, "KGM", s_pallet),
            Row(null, 2, "", s_pallet),
            Row(s_hall, 3),
            Row(s_hall, 4, "", s_store)
        );

        Assert.That(await Ports.Stock.HeldAsync(s_pallet, 0, 10, CancellationToken.None), Is.EqualTo([1L, 1L, 2L]));
        Assert.That(await Ports.Stock.HeldAsync(s_pallet, 1, 10, CancellationToken.None), Is.EqualTo([2L]));
        Assert.That(await Ports.Stock.HeldAsync(s_pallet, 0, 1, CancellationToken.None), Is.EqualTo([1L]));
    }

    [Test]
    public async Task OlderAsync_GivesTheOldestFirst_OfTheTemplateAndPlace()
    {
        await ReplaceAsync(
            [1, 2, 3, 4, 5],
            Row(s_hall, 1, age: 30),
            Row(s_hall, 2, age: 10),
            Row(s_hall, 3, age: 20),
            Row(s_store, 4, age: 5),
            Row(s_hall, 5, template: "other", age: 5)
        );

        Assert.That(await OlderAsync(0, 30, 10), Is.EqualTo([2L, 3L]));
        Assert.That(await OlderAsync(11, 31, 10), Is.EqualTo([3L, 1L]));
        Assert.That(await OlderAsync(long.MinValue, 30, 1), Is.EqualTo([2L]));
    }

    [Test]
    public async Task ConcernedAsync_GivesRecordsInStock_AndThoseThatEventsName()
    {
        var stored = await WriteDoneAsync(RecordWrites.Registration("88.1/STORED"));
        var named = await WriteDoneAsync(RecordWrites.Registration("88.1/NAMED"));
        var other = await WriteDoneAsync(RecordWrites.Registration("88.1/OTHER"));
        await ReplaceAsync([stored.Object], Row(s_hall, stored.Object));
        var member = EventWrites.Member(MemberRole.Item, "88.1/NAMED");
        await Ports.Events.WriteAsync([EventWrites.Event("e1", EventType.Observe, 0, member)], CancellationToken.None);

        var concerned = await Ports.Stock.ConcernedAsync(
            [stored.Object, named.Object, other.Object, 12_345],
            CancellationToken.None
        );

        Assert.That(concerned, Is.EquivalentTo(new[] { stored.Object, named.Object }));
    }

    private ValueTask<IReadOnlyList<long>> OlderAsync(long from, long before, int limit) =>
        Ports.Stock.OlderAsync(s_hall, "cell", from, before, limit, CancellationToken.None);

    private Task<bool> MoveAsync(Lease lease, StockRow row) =>
        Ports
            .Stock.ReplaceAsync(
                new LogMove(lease, StockRow.ReaderName, 0, 5),
                [row.Item],
                [row],
                CancellationToken.None
            )
            .Soon();

    private Task ReplaceAsync(long[] items, params StockRow[] rows) =>
        Ports.Stock.ReplaceAsync(items, rows, CancellationToken.None).Soon();

    private ValueTask<IReadOnlyList<StockRow>> ReadAsync(StockQuery query) =>
        Ports.Stock.ReadAsync(query, CancellationToken.None);

    private async Task<List<StockRow>> PagesAsync(StockQuery query)
    {
        var all = new List<StockRow>();
        IReadOnlyList<StockRow> page;
        do
        {
            page = await ReadAsync(query);
            all.AddRange(page);
            query = query with { After = all.Count == 0 ? null : all[^1].Position };
        } while (page.Count == query.Limit);
        return all;
    }

    private static StockRow Row(
        ItemKey? place,
        long item,
        string unit = "",
        ItemKey? holder = null,
        string template = "cell",
        string quantity = "1",
        long age = 7
    ) => new(place, item, unit, holder, template, quantity, age);
}
