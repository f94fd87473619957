using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Leases;
using IdResolution.Core.Traceability;
using IdResolution.Testing;
using static IdResolution.Testing.EventWrites;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every quality archive does.</summary>
public abstract class QualityStoreContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private const string Stack = "88.1/STACK-1";
    private const string Other = "88.1/STACK-2";

    private static readonly CancellationToken s_stop = CancellationToken.None;
    private static readonly string[] s_templates = ["stack", "roll"];

    private long _cursor;
    private Lease? _lease;

    [SetUp]
    public void Begin() => (_cursor, _lease) = (0, null);

    [Test]
    public async Task Measurements_ByMachineAndCharacteristic_AreSummedUp()
    {
        var first = await WriteAsync("e1", 0, Stack, "#press 1", "#press 2");
        var second = await WriteAsync("e2", 1, Stack, "#press 1");
        await KeepAsync(
            Entry(first, 0, Measured(0, 10, 9, 11), Measured(1, 12, 9, 11), Measured(2, null, null, null)),
            Entry(second, 1, Measured(0, 11, 9, 11), Measured(1, -1.5, null, null, "other"))
        );

        var found = await Ports.Quality.MeasurementsAsync(
            Query(QualityDimension.Machine) with
            {
                Characteristic = "width",
            },
            s_stop
        );

        var numbers = await Ports.Events.NumbersAsync([Key("#press 1"), Key("#press 2")], s_stop);
        Assert.That(found.Select(g => g.First.Number), Is.EquivalentTo(numbers));
        var one = found.Single(g => g.First.Number == numbers[0]);
        Assert.That((one.Characteristic, one.Unit), Is.EqualTo(("width", "MTR")));
        Assert.That(
            one.Sums,
            Is.EqualTo(
                new MeasurementSums
                {
                    Count = 4,
                    OutOfLimits = 1,
                    Values = 3,
                    Sum = 33,
                    Spread = 2,
                    Min = 10,
                    Max = 12,
                    Low = new LimitRange(3, 9, 9),
                    High = new LimitRange(3, 11, 11),
                }
            )
        );
        var all = await Ports.Quality.MeasurementsAsync(Query(QualityDimension.Machine), s_stop);
        Assert.That(all.Select(g => (g.Characteristic, g.Sums.Count)), Is.EquivalentTo(new[] { ("", 5L), ("", 3L) }));
    }

    [TestCase(null)]
    [TestCase(0.0)]
    public async Task Measurements_FarFromZeroAndTheirLimits_KeepTheirDeviation(double? low)
    {
        var entries = new List<QualityEntry>();
        for (var i = 1; i <= 3; i++)
        {
            var number = await WriteAsync($"e{i}", i, Stack, "#press 1");
            entries.Add(Entry(number, i, Measured(0, 1e9 + i, low, null), Measured(1, 5, i, null, "other")));
        }
        await KeepAsync([.. entries]);

        foreach (var by in new[] { QualityDimension.Machine, QualityDimension.Template, QualityDimension.Step })
        {
            var found = await Ports.Quality.MeasurementsAsync(Query(QualityDimension.Characteristic, by), s_stop);

            Assert.That(found.Select(g => g.Characteristic), Is.EqualTo(new[] { "other", "width" }));
            Assert.That(found.Select(g => g.Sums.Deviation), Is.EqualTo(new[] { 0.0, 1.0 }), by.ToString());
        }
    }

    [Test]
    public async Task Inspections_ByLine_CountOnce_WhateverMachinesTheEventNames()
    {
        var number = await WriteAsync("e1", 0, Stack, "#press 1", "#press 2");
        await KeepAsync(Entry(number, 0, Inspected(failed: false)));

        var byLine = await Ports.Quality.InspectionsAsync(Query(QualityDimension.Line), s_stop);
        var byMachine = await Ports.Quality.InspectionsAsync(
            Query(QualityDimension.Line, QualityDimension.Machine),
            s_stop
        );

        var first = (await Ports.Events.NumbersAsync([Key("#press 1")], s_stop))[0];
        Assert.That(byLine.Select(g => (g.First.Number, g.Inspected)), Is.EqualTo(new[] { (first, 1L) }));
        Assert.That(byMachine, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Measurements_ByDay_AreOfThePlantsDay()
    {
        const long hour = 3_600_000_000;
        var entries = new List<QualityEntry>();
        for (var i = 0; i < 3; i++)
        {
            var number = await WriteAsync($"e{i}", i * 60, Stack);
            entries.Add(Entry(number, i * 60, Measured(0, i, null, null)));
        }
        await KeepAsync([.. entries]);
        // Midnight is at the second event, and the clock goes back after it.
        var midnight = 24 * hour - ((RecordWrites.Time + hour) % (24 * hour));
        var query = Query(QualityDimension.Day, QualityDimension.Characteristic) with
        {
            Clock = [(RecordWrites.Time + hour + 1, midnight), (long.MaxValue, midnight - (3 * hour))],
        };

        var found = await Ports.Quality.MeasurementsAsync(query, s_stop);
        var weeks = await Ports.Quality.MeasurementsAsync(
            query with
            {
                By = [QualityDimension.Week, QualityDimension.Step],
            },
            s_stop
        );

        var day = DayOf(RecordWrites.Time + hour + midnight);
        Assert.That(
            found.Select(g => (g.First.Number, g.Second.Text, g.Sums.Count)),
            Is.EqualTo(new[] { (day - 1, "width", 2L), (day, "width", 1L) })
        );
        Assert.That(
            weeks.Sum(g => g.Sums.Count) == 3 && weeks.All(g => g.First.Number % 7 == 0 && g.Second.Text == "test")
        );
    }

    [Test]
    public async Task Inspections_OfTheSameItemAndStep_AreTheFirstOnce()
    {
        await WriteDoneAsync(RecordWrites.Registration(Stack, template: "stack"));
        var second = await WriteAsync("e2", 5, Stack);
        var first = await WriteAsync("e1", 1, Stack, "#press 1");
        var other = await WriteAsync("e3", 9, Other);
        await KeepAsync(
            Entry(second, 5, Inspected(failed: false)),
            Entry(first, 1, Inspected(failed: true)),
            Entry(other, 9, Inspected(failed: false))
        );

        var byTemplate = await Ports.Quality.InspectionsAsync(
            Query(QualityDimension.Template, QualityDimension.Supplier),
            s_stop
        );
        var ofStack = await Ports.Quality.InspectionsAsync(
            Query(QualityDimension.Step) with
            {
                Template = "stack",
                Step = "test",
                SupplierTemplates = s_templates,
            },
            s_stop
        );
        var ofPress = await Ports.Quality.InspectionsAsync(
            Query(QualityDimension.Supplier) with
            {
                Equipment = (await Ports.Events.NumbersAsync([Key("#press 1")], s_stop))[0],
                SupplierTemplates = s_templates,
            },
            s_stop
        );

        var none = new QualityKey(0, "");
        Assert.That(
            byTemplate,
            Is.EqualTo(
                new[]
                {
                    new InspectionGroup(none, none, 1, 0, 1, 1),
                    new InspectionGroup(new QualityKey(0, "stack"), none, 2, 1, 1, 0),
                }
            )
        );
        Assert.That(ofStack, Is.EqualTo(new[] { new InspectionGroup(new(0, "test"), none, 2, 1, 1, 0) }));
        Assert.That(ofPress.Select(g => (g.Inspected, g.First.Number > 0)), Is.EqualTo(new[] { (1L, true) }));
    }

    [Test]
    public async Task Defects_ByTool_AreCountedByCode_AndOneIsNotBeyondTheLimit()
    {
        var number = await WriteAsync("e1", 0, Stack);
        var row = new QualityRow(QualityKind.Defect, 0)
        {
            Step = "",
            Name = "针孔",
            Value = 2,
        };
        await KeepAsync(Entry(number, 0, row, row with { Row = 1, Name = "A1", Value = 0.5 }));

        var all = await Ports.Quality.DefectsAsync(Query(QualityDimension.Tool), s_stop);
        var one = await Ports.Quality.DefectsAsync(Query(QualityDimension.Defect) with { Defect = "针孔" }, s_stop);
        var cut = await Ports.Quality.DefectsAsync(Query(QualityDimension.Tool) with { Limit = 1 }, s_stop);

        Assert.That(all.Select(g => (g.Code, g.Count)), Is.EqualTo(new[] { ("A1", 0.5), ("针孔", 2d) }));
        Assert.That(one.Select(g => (g.First.Text, g.Code, g.Count)), Is.EqualTo(new[] { ("针孔", "针孔", 2d) }));
        Assert.That(cut, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task KeepFromLogAsync_Replacing_ForgetsWhatWasThere_AndAnOldMoveDoesNothing()
    {
        var number = await WriteAsync("e1", 0, Stack);
        await KeepAsync(Entry(number, 0, [.. Enumerable.Range(0, 50).Select(i => Measured(i, i, null, null))]));
        await KeepAsync(Entry(number, 0, Measured(0, 7, null, null)) with { Replaces = true });

        var late = await Ports.Quality.KeepFromLogAsync(
            new LogMove((await HoldAsync())!, QualityArchivist.ReaderName, 0, 1),
            [Entry(number, 0, Measured(9, 9, null, null))],
            s_stop
        );

        Assert.That(late, Is.False);
        var found = await Ports.Quality.MeasurementsAsync(
            Query(QualityDimension.Line) with
            {
                Characteristic = "width",
            },
            s_stop
        );
        Assert.That((found.Single().Sums.Sum, found[0].Sums.Count), Is.EqualTo((7, 1)));
        await KeepAsync(new QualityEntry(number, 0, Replaces: true, []));
        Assert.That(await Ports.Quality.MeasurementsAsync(Query(QualityDimension.Month), s_stop), Is.Empty);
    }

    [Test]
    public async Task Steps_OfATemplate_CountItemsPassesAndWhoMissedOne()
    {
        foreach (var item in new[] { Stack, Other })
        {
            await WriteDoneAsync(RecordWrites.Registration(item, template: "stack"));
        }
        // In no event at all.
        await WriteDoneAsync(RecordWrites.Registration("88.1/STACK-3", template: "stack"));
        await WriteDoneAsync(RecordWrites.Registration("88.1/ROLL-1", template: "roll"));
        foreach (var (item, step, minute) in new[] { (Stack, "a", 0), (Stack, "a", 1), (Other, "b", 2) })
        {
            var number = await WriteAsync($"e{minute}", minute, item);
            await KeepAsync(
                Entry(
                    number,
                    minute,
                    new QualityRow(QualityKind.Step, 0)
                    {
                        Role = MemberRole.Item,
                        Step = step,
                        Value = minute,
                    }
                )
            );
        }
        var query = new StepQuery("stack", RecordWrites.Time, RecordWrites.Time + 86_400_000_000L, 100);

        var steps = await Ports.Quality.StepsAsync(query, s_stop);
        var without = await Ports.Quality.WithoutStepAsync(query, "a", 0, s_stop);
        var rest = await Ports.Quality.WithoutStepAsync(query, "a", without[^1], s_stop);

        Assert.That(steps, Is.EqualTo(new[] { new StepCount("a", 1, 2, 1), new StepCount("b", 1, 1, 0) }));
        var never = await Ports.Quality.WithoutStepAsync(query with { Limit = 2 }, "c", 0, s_stop);
        var later = query with { From = query.From + 180_000_000L };

        Assert.That(await Ports.Quality.StepItemsAsync(query, s_stop), Is.EqualTo(3));
        Assert.That(without, Is.EqualTo(await Ports.Events.NumbersAsync([Key(Other), Key("88.1/STACK-3")], s_stop)));
        Assert.That(rest, Is.Empty);
        Assert.That(never, Is.EqualTo(await Ports.Events.NumbersAsync([Key(Stack), Key(Other)], s_stop)));
        Assert.That(await Ports.Quality.StepItemsAsync(later, s_stop), Is.Zero);
        Assert.That(await Ports.Quality.StepsAsync(query with { Template = "roll" }, s_stop), Is.Empty);
    }

    [Test]
    public async Task Names_AreThoseOfTheirKind()
    {
        var number = await WriteAsync("e1", 0, Stack);
        await KeepAsync(Entry(number, 0, Measured(0, 10, 9, 11)));

        Assert.That(await Ports.Quality.IsNamedAsync(QualityKind.Measurement, "width", s_stop));
        Assert.That(await Ports.Quality.IsNamedAsync(QualityKind.Measurement, "Width", s_stop), Is.False);
        Assert.That(await Ports.Quality.IsNamedAsync(QualityKind.Defect, "width", s_stop), Is.False);
        Assert.That(await Ports.Quality.IsStepAsync("test", s_stop));
        Assert.That(await Ports.Quality.IsStepAsync("tset", s_stop), Is.False);
    }

    private static QualityQuery Query(params QualityDimension[] by) =>
        new()
        {
            By = by,
            From = RecordWrites.Time,
            To = RecordWrites.Time + (86_400_000_000L * 30),
            Limit = 100,
        };

    private static long DayOf(long micros) => (micros / 86_400_000_000) + 719_162;

    private static QualityEntry Entry(long number, int minute, params QualityRow[] rows) =>
        new(number, RecordWrites.Time + (minute * 60_000_000L), Replaces: false, rows);

    private static QualityRow Measured(int row, double? value, double? low, double? high, string name = "width") =>
        new(QualityKind.Measurement, row)
        {
            Role = MemberRole.Item,
            Step = "test",
            Name = name,
            Unit = "MTR",
            Value = value,
            Low = low,
            High = high,
        };

    private static QualityRow Inspected(bool failed) =>
        new(QualityKind.Inspection, 0)
        {
            Role = MemberRole.Item,
            Step = "test",
            Value = failed ? 1 : 0,
        };

    private async Task<long> WriteAsync(string key, int minute, string item, params string[] machines)
    {
        var write = Event(
            key,
            EventType.Inspect,
            minute,
            [Member(MemberRole.Item, item), .. machines.Select(m => Member(MemberRole.Equipment, m))]
        );
        return (await Ports.Events.WriteAsync([write], s_stop).Soon())[0].Object;
    }

    private async Task<Lease?> HoldAsync() =>
        _lease ??= await Ports.Leases.TakeAsync(QualityArchivist.ReaderName, "one", TimeSpan.FromMinutes(1), s_stop);

    private async Task KeepAsync(params QualityEntry[] entries)
    {
        var move = new LogMove((await HoldAsync())!, QualityArchivist.ReaderName, _cursor, ++_cursor);
        Assert.That(await Ports.Quality.KeepFromLogAsync(move, entries, s_stop).Soon());
    }
}
