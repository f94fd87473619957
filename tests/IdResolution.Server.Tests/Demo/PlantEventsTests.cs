using System.Globalization;
using IdResolution.Core.Traceability;
using IdResolution.Server.Demo;

namespace IdResolution.Server.Tests.Demo;

[TestFixture]
public sealed class PlantEventsTests
{
    private const int Seed = 20260801;
    private static readonly DateOnly s_lastDay = new(2026, 7, 31);

    private static (List<DemoItem> Items, List<EventRequest> Events) Plant(int stacks, int seed = Seed)
    {
        List<DemoItem> items = [.. new PlantGenerator(seed, s_lastDay).Generate(stacks)];
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
        // Whoever sorts them stands behind both presses, so that nothing else is as telling as the press.
        var benches = events
            .Where(e => e.Step?.Text == "sorting" && failed.Contains(e.SourceKey!.Split(' ')[2]))
            .Select(e => e.Equipment[0].SourceKey);
        Assert.That(benches.Distinct().Count(), Is.EqualTo(2));
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

    [TestCase(2)]
    [TestCase(20)]
    [TestCase(40)]
    public void Of_Any_PaperOfTheScrappedStackSaysWhatItsEventDoes(int stacks)
    {
        var (items, events) = Plant(stacks);
        var paper = items.Single(i => i.Template == "disposal").Attributes;
        var recycler = items.Single(i => i.Template == "company" && i.Attributes["roles"] is string[] and ["recycler"]);

        var destroyed = events.SingleOrDefault(e => e.Type == "destroy");

        Assert.That(paper["recycler"], Is.EqualTo(new DemoReference(recycler.Source, recycler.SourceKey)));
        Assert.That(paper.ContainsKey("disposedDate"), Is.EqualTo(destroyed is not null));
        Assert.That(destroyed is null, Is.EqualTo(stacks == 2), "too small a plant has nothing scrapped yet");
        if (destroyed is not null)
        {
            var stack = destroyed.Items.Single();
            Assert.That(paper["object"], Is.EqualTo(new DemoReference(stack.Source!, stack.SourceKey!)));
            Assert.That(paper["disposedDate"], Is.EqualTo(destroyed.Time![..10]));
            Assert.That($"{paper["platinumRecovered"]}", Is.EqualTo(Value(destroyed, "platinumRecovered")));
            Assert.That(paper["recovered"], Is.EqualTo(new[] { $"steel;{Value(destroyed, "steelRecovered")}" }));
        }
    }

    [Test]
    public void Of_FortyStacks_ServiceCasesAreOfWhatWasServed()
    {
        var (items, events) = Plant(40);

        foreach (var paper in items.Where(i => i.Template == "service-case"))
        {
            var replaced = events.Single(e =>
                e.Type == "replace" && e.Documents.Any(d => d.SourceKey == paper.SourceKey)
            );
            Assert.That(
                paper.Attributes["object"],
                Is.EqualTo(new DemoReference(replaced.Parent!.Source!, replaced.Parent.SourceKey!))
            );
        }
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

        foreach (
            var (template, attribute) in new[]
            {
                ("stack", "polarisationCurve"),
                ("ccm-batch", "image"),
                ("ccm-batch", "temperatureField"),
                ("air-compressor", "performanceMap"),
            }
        )
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

    // The eighteen steps of a plant, with what is measured or noted at each of them. Labels are printed, and say nothing.
    [TestCase(1, "configuration", "configuration", "priority", "dueDate")]
    [TestCase(2, "delivery", "supplierLot", "supplier")]
    [TestCase(3, "receipt")]
    [TestCase(3, "put-away", "received", "temperature", "humidity")]
    [TestCase(4, "impregnation", "temperature", "pH", "stirringSpeed")]
    [TestCase(4, "calcination-reduction", "temperature", "pressure", "particleSize", "dispersion", "energyUsed")]
    [TestCase(5, "casting", "rawLot", "temperature")]
    [TestCase(5, "durability-test", "cycles", "conductivityDecay")]
    [TestCase(6, "carbonising", "temperature", "atmosphere", "crystallinity")]
    [TestCase(6, "hydrophobic-treatment", "ptfeContent", "time", "contactAngle", "surfaceEnergy")]
    [TestCase(
        7,
        "mixing",
        "stirringSpeed",
        "temperature",
        "viscosity",
        "dispersingTime",
        "shearStress",
        "agglomeration",
        "solidsContent",
        "carbonFootprint"
    )]
    [TestCase(
        8,
        "coating",
        "coatingSpeed",
        "coatingThickness",
        "ptLoading",
        "dryingTemperature",
        "temperatureField",
        "image",
        "recipe",
        "carbonFootprint"
    )]
    [TestCase(9, "lamination", "pressure", "time", "carbonFootprint")]
    [TestCase(9, "hot-pressing", "temperature", "pressure", "time", "carbonFootprint")]
    [TestCase(9, "sorting", "image", "leakRate")]
    [TestCase(
        10,
        "forming",
        "force",
        "speed",
        "temperature",
        "springback",
        "strokes",
        "adhesion",
        "roughness",
        "carbonFootprint"
    )]
    [TestCase(11, "stacking", "clampingForce", "carbonFootprint")]
    [TestCase(11, "activation", "minimumCellVoltage", "meanCellVoltage", "leakRate", "energyUsed", "polarisationCurve")]
    [TestCase(11, "rework")]
    [TestCase(
        12,
        "incoming-inspection",
        "residualImbalance",
        "performanceMap",
        "leakRate",
        "supplyVoltage",
        "firmwareVersion",
        "certificate",
        "carbonFootprint"
    )]
    [TestCase(12, "flashing")]
    [TestCase(13, "assembly", "torque", "fit", "image")]
    [TestCase(13, "end-of-line-test", "peakPower", "leakRate", "softwareVersion")]
    [TestCase(14, "packing")]
    [TestCase(14, "picking")]
    [TestCase(15, "transport", "temperature", "delay")]
    [TestCase(16, "vehicle-integration")]
    [TestCase(16, "vehicle-test", "hydrogenLeak", "energyUsed", "softwareVersion")]
    [TestCase(17, "operation", "mileage", "voltageDecay", "fault")]
    [TestCase(18, "disposal", "platinumRecovered", "steelRecovered", "recycler")]
    [TestCase(18, "second-use", "voltageDecay", "use")]
    public void Of_FortyStacks_TellsEachStepOfThePlant(int step, string named, params string[] characteristics)
    {
        var events = Plant(40).Events.Where(e => e.Step?.Text == named).ToList();

        Assert.That(events, Is.Not.Empty, $"step {step}");
        Assert.That(
            events.SelectMany(e => e.Measurements).Select(m => m.Characteristic).Distinct(),
            Is.EquivalentTo(characteristics),
            $"step {step}"
        );
    }

    [TestCase(1, Seed)]
    [TestCase(40, Seed)]
    [TestCase(300, 7)]
    public void Of_Any_MeasurementsHaveTheirUnitAndLimits(int stacks, int seed)
    {
        foreach (var happened in Plant(stacks, seed).Events)
        {
            var key = happened.SourceKey;
            Assert.That(happened.Measurements.Select(m => m.Characteristic), Is.Unique, key);
            foreach (var measured in happened.Measurements)
            {
                Assert.That(measured.Value is null, Is.EqualTo(measured.Text is not null), key);
                Assert.That(measured.Value is null, Is.EqualTo(measured.Unit is null), key);
                // The press drifts, stacks fail, and what leaks is sorted out. All else is as it should be.
                if (happened.Step?.Text is not ("hot-pressing" or "activation" or "sorting"))
                {
                    Assert.That(IsWithin(measured), Is.True, $"{key}: {measured}");
                }
            }
        }

        static bool IsWithin(EventMeasurement measured) =>
            Number(measured.Value) is not { } value
            || (!(value < Number(measured.Low)) && !(value > Number(measured.High)));

        static decimal? Number(string? text) =>
            text is null ? null : decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    [Test]
    public void Of_FortyStacks_SortsEachPieceByItsResult()
    {
        var (items, events) = Plant(40);
        var sorted = events.Where(e => e.Step?.Text == "sorting").ToLookup(e => e.Disposition == "rejected");

        Assert.That(sorted.SelectMany(e => e).Select(e => e.Type), Is.All.EqualTo("inspect"), "it counts as a yield");
        foreach (var (result, isRejected) in new[] { ("pass", false), ("fail", true) })
        {
            var pieces = items.Where(i => i.Template == "mea" && i.Attributes["result"] as string == result);
            Assert.That(
                sorted[isRejected].SelectMany(e => e.Items).Select(i => i.SourceKey),
                Is.EquivalentTo(pieces.Select(i => i.SourceKey)),
                result
            );
            Assert.That(sorted[isRejected].Select(e => e.Defects.Any()), Is.All.EqualTo(isRejected));
        }
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

    private static string? Value(EventRequest happened, string characteristic) =>
        happened.Measurements.Single(m => m.Characteristic == characteristic).Value;

    private static decimal Temperature(EventRequest run) =>
        decimal.Parse(
            run.Measurements.Single(m => m.Characteristic == "temperature").Value!,
            CultureInfo.InvariantCulture
        );

    private static string? Batch(EventRequest run) => run.Inputs.Single().SourceKey;
}
