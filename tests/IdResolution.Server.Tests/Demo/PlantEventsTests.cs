using System.Globalization;
using IdResolution.Core.Traceability;
using IdResolution.Server.Demo;

namespace IdResolution.Server.Tests.Demo;

[TestFixture]
public sealed class PlantEventsTests
{
    private static readonly DateOnly s_lastDay = new(2026, 7, 31);

    private static (List<DemoItem> Items, List<EventRequest> Events) Plant(int stacks)
    {
        List<DemoItem> items = [.. new PlantGenerator(20260801, s_lastDay).Generate(stacks)];
        var calendar = new PlantCalendar("Asia/Shanghai", s_lastDay, new(2026, 7, 31, 9, 0, 0, TimeSpan.Zero));
        return (items, [.. new PlantEvents(calendar).Of(items)]);
    }

    [TestCase(20)]
    [TestCase(40)]
    [TestCase(300)]
    public void Of_StacksThatFailed_ShareTheDriftingPressAndNoLot(int stacks)
    {
        var (items, events) = Plant(stacks);
        var failed = Keys(items, "fail");
        var passed = Keys(items, "pass");
        var runs = events.Where(e => e.Step?.Text == "hot-pressing").ToLookup(e => e.SourceKey!.Split(' ')[2]);

        Assert.That(failed, Has.Count.InRange(stacks / 10, stacks / 3));
        var hot = failed.SelectMany(stack => runs[stack]).ToList();
        Assert.That(hot.Select(run => run.Equipment.Single().SourceKey), Is.All.EqualTo(PressShop.Drifting));
        Assert.That(hot.Select(Temperature), Is.All.GreaterThan(PressShop.HighTemperature));
        Assert.That(hot.Select(run => run.Time![..10]).Distinct().Count(), Is.EqualTo(2), "two days");
        var good = passed.SelectMany(stack => runs[stack]).ToList();
        Assert.That(good.Select(run => run.Equipment.Single().SourceKey), Does.Contain(PressShop.Drifting));
        var lots = hot.Select(Batch).Distinct().ToList();
        Assert.That(lots, Has.Some.AnyOf(good.Select(Batch).ToArray()), "batches are shared with good stacks");
        Assert.That(
            lots.Where(lot => failed.All(stack => runs[stack].Any(run => Batch(run) == lot))),
            Is.Empty,
            "and no batch is in all of them"
        );
    }

    [Test]
    public void Of_StackThatFailed_IsHeldReworkedTestedAgainAndReleased()
    {
        var (items, events) = Plant(40);

        foreach (var stack in Keys(items, "fail"))
        {
            var later = events
                .Where(e => e.Items.Any(i => i.SourceKey == stack))
                .Select(e => e.Type)
                .TakeWhile(type => type is not ("cover" or "ship"));
            Assert.That(later.Take(5), Is.EqualTo(new[] { "inspect", "hold", "service", "inspect", "release" }), stack);
        }
    }

    [Test]
    public void Of_FortyStacks_TellsOfServiceAndOfTheEndOfAStack()
    {
        var (_, events) = Plant(40);

        Assert.That(
            events.Where(e => e.Type == "replace").Select(e => e.Outputs.Single().SourceKey),
            Is.EqualTo(new[] { PlantMasterData.NewCompressor, PlantMasterData.PackageOf(PlantMasterData.NewFirmware) })
        );
        Assert.That(events.Count(e => e.Type == "destroy"), Is.EqualTo(1));
        Assert.That(events.Count(e => e.Measurements.Any(m => m.Text == PlantMasterData.NewFirmware)), Is.EqualTo(1));
        var returned = events.FindIndex(e => e.Type == "disassemble");
        Assert.That(events.FindIndex(e => e.Type == "destroy"), Is.GreaterThan(returned));
        Assert.That(
            events
                .Where(e => e is { Step.Text: "incoming-inspection", Place: not null })
                .Count(e => e.Measurements.All(m => m.Characteristic != "certificate")),
            Is.EqualTo(1),
            "one delivery came without certificate"
        );
    }

    [Test]
    public void TimesOfService_AreBeforeAndAfterWhatWasReplaced()
    {
        var (_, events) = Plant(40);
        var replaced = events.Where(e => e.Type == "replace").Select(e => e.Time!).Order().ToList();

        var times = PlantEvents.TimesOfService(events).ToList();

        Assert.That(times.Select(t => t.Name), Is.EqualTo(new[] { "before", "after" }));
        Assert.That(string.CompareOrdinal(times[0].Time, replaced[0]), Is.Negative);
        Assert.That(string.CompareOrdinal(times[1].Time, replaced[^1]), Is.Positive);
        Assert.That(PlantEvents.TimesOfService([]), Is.Empty, "without events");
    }

    [Test]
    public void Of_FortyStacks_NamesCurvesAndImagesByTheDigestsThatRecordsHave()
    {
        var (items, events) = Plant(40);

        foreach (var (template, attribute) in new[] { ("stack", "polarisationCurve"), ("ccm-batch", "image") })
        {
            foreach (var item in items.Where(i => i.Template == template && i.Attributes.ContainsKey(attribute)))
            {
                var said = events
                    .Where(e => e.Items.Concat(e.Outputs).Any(thing => thing.SourceKey == item.SourceKey))
                    .SelectMany(e => e.Measurements)
                    .Last(m => m.Characteristic == attribute);
                Assert.That(said.Text, Is.EqualTo(item.Attributes[attribute]), item.SourceKey);
            }
        }
    }

    [TestCase(1)]
    [TestCase(40)]
    public void Of_Any_NamesWhatIsRegisteredAndHasItsOwnKeys(int stacks)
    {
        var (items, events) = Plant(stacks);
        var known = items.Select(i => (i.Source, i.SourceKey)).ToHashSet();

        var named = events.SelectMany(e =>
            (IEnumerable<ThingRequest?>)
                [
                    .. e.Items,
                    .. e.Inputs,
                    .. e.Outputs,
                    .. e.Children,
                    .. e.Equipment,
                    .. e.Tools,
                    .. e.Persons,
                    .. e.Documents,
                    e.Parent,
                    e.Process,
                    e.Place?.Text is null ? e.Place : null,
                ]
        );
        Assert.That(
            named
                .OfType<ThingRequest>()
                .Where(t => !known.Contains((t.Source!, t.SourceKey!)))
                .Select(t => t.SourceKey),
            Is.Empty
        );
        Assert.That(events.Select(e => e.SourceKey), Is.Unique);
        Assert.That(events[^1], Has.Property(nameof(EventRequest.Scope)).EqualTo("made-from"));
    }

    // The eighteen steps of a plant; labels are printed, and say nothing.
    [TestCase(1, "configuration")]
    [TestCase(2, "delivery")]
    [TestCase(3, "receipt", "incoming-inspection", "put-away")]
    [TestCase(4, "impregnation", "calcination-reduction")]
    [TestCase(5, "casting", "durability-test")]
    [TestCase(6, "carbonising", "hydrophobic-treatment")]
    [TestCase(7, "mixing")]
    [TestCase(8, "coating")]
    [TestCase(9, "lamination", "hot-pressing", "sorting")]
    [TestCase(10, "forming")]
    [TestCase(11, "stacking", "activation", "rework")]
    [TestCase(13, "assembly", "end-of-line-test")]
    [TestCase(14, "packing")]
    [TestCase(15, "transport")]
    [TestCase(16, "vehicle-integration", "vehicle-test")]
    [TestCase(17, "operation")]
    public void Of_FortyStacks_TellsEachStepOfThePlant(int step, params string[] named)
    {
        var steps = Plant(40).Events.Select(e => e.Step?.Text).ToHashSet();

        Assert.That(named.Where(name => !steps.Contains(name)), Is.Empty, $"step {step}");
    }

    [Test]
    public void Of_FortyStacks_InspectsEachPartOfTheBalanceOfPlant()
    {
        var (items, events) = Plant(40);
        var inspected = events
            .Where(e => e is { Step.Text: "incoming-inspection", Place: null })
            .Select(e => e.Items.Single().SourceKey);

        string[] parts = ["air-compressor", "hydrogen-pump", "controller"];
        Assert.That(
            inspected,
            Is.EquivalentTo(
                items
                    .Where(i =>
                        parts.Contains(i.Template) && !i.SourceKey.StartsWith("ACP-9", StringComparison.Ordinal)
                    )
                    .Select(i => i.SourceKey)
            )
        );
    }

    private static List<string> Keys(List<DemoItem> items, string result) =>
        [
            .. items
                .Where(i =>
                    i.Template == "stack" && i.Attributes.GetValueOrDefault("activationResult") as string == result
                )
                .Select(i => i.SourceKey),
        ];

    private static decimal Temperature(EventRequest run) =>
        decimal.Parse(
            run.Measurements.Single(m => m.Characteristic == "temperature").Value!,
            CultureInfo.InvariantCulture
        );

    private static string? Batch(EventRequest run) => run.Inputs.Single().SourceKey;
}
