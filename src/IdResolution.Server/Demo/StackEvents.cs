using System.Globalization;
using IdResolution.Core.Traceability;
using static IdResolution.Server.Demo.PlantThings;

namespace IdResolution.Server.Demo;

/// <summary>
/// How stacks of the demonstration plant came to be: their pieces were pressed, they were built and tested.
/// </summary>
/// <param name="calendar">The times of events.</param>
/// <param name="processes">The processes by their numbers.</param>
internal sealed class StackEvents(PlantCalendar calendar, IReadOnlyDictionary<string, DemoItem> processes)
{
    private const string Builder = "EQ-016";
    private const string TestBench = "EQ-017";
    private const string Inspector = "HQ0021";
    private const int UnreadPlates = 2;
    private const int FirstStroke = 84_200;

    private readonly List<DemoItem> _pieces = [];
    private readonly List<DemoItem> _plates = [];
    private int _strokes = FirstStroke;

    /// <summary>A piece for the next stack.</summary>
    public void AddPiece(DemoItem piece) => _pieces.Add(piece);

    /// <summary>A plate for the next stack.</summary>
    public void AddPlate(DemoItem plate) => _plates.Add(plate);

    /// <summary>
    /// What happened for a stack: its pieces were pressed and cut from their batches, and those that passed were built
    /// in. A stack that failed the test was held, reworked, tested again and released.
    /// </summary>
    /// <param name="stack">The stack.</param>
    /// <param name="others">What else is in it.</param>
    public IEnumerable<EventRequest> Of(DemoItem stack, IReadOnlyList<ThingRequest> others)
    {
        foreach (var cut in _pieces.GroupBy(piece => piece.SourceKey[..piece.SourceKey.LastIndexOf('-')]))
        {
            yield return Pressed(cut.Key, [.. cut], stack);
        }
        if (_pieces.FindAll(piece => piece.Attributes["result"] is "fail") is [_, ..] rejected)
        {
            yield return SortedOut(rejected, stack);
        }
        yield return Plates(stack, "", _plates[..^UnreadPlates], [Carbon(1.9m, _plates.Count - UnreadPlates)]);
        // The meter of the press was not read for the last ones.
        yield return Plates(stack, " b", _plates[^UnreadPlates..], []);
        List<ThingRequest> children = [];
        AddPlaced(children, _pieces, "M");
        AddPlaced(children, _plates, "P");
        children.AddRange(others);
        _pieces.Clear();
        _plates.Clear();
        yield return calendar.Event("assemble", stack.SourceKey, DayOf(stack)) with
        {
            Parent = Thing(stack),
            Children = children,
            Equipment = [Machine(Builder)],
            Process = Thing(processes["HQ-GY-009"]),
            Step = Named("stacking"),
            Measurements =
            [
                new EventMeasurement
                {
                    Characteristic = "clampingForce",
                    Value = "18.5",
                    Unit = "kN",
                    Set = "18.5",
                },
                Carbon("37.5"),
            ],
        };
        foreach (var tested in Tested(stack))
        {
            yield return tested;
        }
    }

    private EventRequest Pressed(string batch, List<DemoItem> pieces, DemoItem stack)
    {
        var run = pieces[0].Run!;
        return calendar.Event("transform", pieces[0].SourceKey, run.Day, run.Time.ToString("HH:mm")) with
        {
            SourceKey = $"press {batch} {stack.SourceKey}",
            Inputs =
            [
                new ThingRequest
                {
                    Source = stack.Source,
                    SourceKey = batch,
                    Quantity = pieces.Count.ToString(CultureInfo.InvariantCulture),
                    Unit = "H87",
                },
            ],
            Outputs = Things(pieces),
            Equipment = [Machine(run.Equipment)],
            Persons = Operator(pieces[0]),
            Process = Thing(processes["HQ-GY-005"]),
            Step = Named("hot-pressing"),
            Measurements =
            [
                Measured("temperature", run.Temperature, "CEL", run.Equipment) with
                {
                    Set = $"{PressShop.SetTemperature}",
                    Low = $"{PressShop.LowTemperature}",
                    High = $"{PressShop.HighTemperature}",
                },
                Measured("pressure", run.Pressure, "MPA", run.Equipment) with
                {
                    Set = "1.5",
                    Low = "1.3",
                    High = "1.7",
                },
                Measured("time", run.Seconds, "SEC", run.Equipment) with
                {
                    Set = "45",
                    Low = "40",
                    High = "50",
                },
                Carbon(0.4m, pieces.Count),
            ],
        };
    }

    /// <summary>The images of pieces showed defects, or they leaked: they are sorted out.</summary>
    private EventRequest SortedOut(List<DemoItem> rejected, DemoItem stack)
    {
        var leaks = rejected.Count(piece => (decimal)piece.Attributes["leakRate"] > MeaLine.MostLeak);
        return calendar.Event("operate", $"sorting {stack.SourceKey}", rejected[0].Run!.Day, "23:50") with
        {
            Items = Things(rejected),
            Equipment = [Machine(rejected[0].Run!.Equipment == PressShop.Drifting ? "EQ-009" : "EQ-010")],
            Step = Named("sorting"),
            Defects =
            [
                .. Defect(PlantProduction.Leak, leaks),
                .. Defect(PlantProduction.Appearance, rejected.Count - leaks),
            ],
            Disposition = "rejected",
        };

        static EventDefect[] Defect(string code, int count) =>
            count > 0 ? [new EventDefect { Code = code, Count = $"{count}" }] : [];
    }

    private EventRequest Plates(DemoItem stack, string run, List<DemoItem> plates, EventMeasurement[] carbon)
    {
        _strokes += plates.Count;
        return calendar.Event("commission", $"plates {stack.SourceKey}{run}", DayOf(plates[0]), "15:00") with
        {
            Items = Things(plates),
            Equipment = [Machine("EQ-012"), Machine("EQ-013"), Machine("EQ-014")],
            Tools = [Machine(PlantMasterData.Mould)],
            Persons = Operator(plates[0]),
            Process = Thing(processes["HQ-GY-007"]),
            Step = Named("forming"),
            Measurements = [Measured("strokes", _strokes, "H87"), .. carbon],
        };
    }

    private IEnumerable<EventRequest> Tested(DemoItem stack)
    {
        var passed = stack.Attributes["activationResult"] is "pass";
        yield return Test(stack, stack.SourceKey, DayOf(stack), "16:00", PlantProduction.LeastVoltage) with
        {
            Defects = passed ? [] : [new EventDefect { Code = "low-cell-voltage", Count = "1" }],
        };
        if (passed)
        {
            yield break;
        }
        var next = DayOf(stack).AddDays(1);
        IReadOnlyList<ThingRequest> items = [Thing(stack)];
        yield return calendar.Event("hold", stack.SourceKey, DayOf(stack), "16:30") with
        {
            Items = items,
            Reason = "活化未通过 / failed the activation test",
        };
        yield return calendar.Event("service", stack.SourceKey, DayOf(stack), "20:00") with
        {
            Items = items,
            Reason = "返工：重新压装、再活化 / reworked: clamped and activated again",
            Step = Named("rework"),
        };
        yield return Test(
            stack,
            PlantProduction.AgainOf(stack.SourceKey),
            next,
            "09:00",
            PlantProduction.LeastVoltageReworked
        );
        yield return calendar.Event("release", stack.SourceKey, next, "10:00") with
        {
            Items = items,
            Reason = "降额让步放行 / released at lower power",
        };
    }

    private EventRequest Test(DemoItem stack, string key, DateOnly day, string time, decimal least) =>
        calendar.Event("inspect", key, day, time) with
        {
            Items = [Thing(stack)],
            Equipment = [Machine(TestBench)],
            Persons = [Person(Inspector)],
            Process = Thing(processes["HQ-GY-010"]),
            Step = Named("activation"),
            Measurements =
            [
                Measured("minimumCellVoltage", stack.Attributes["minimumCellVoltage"], "VLT", TestBench) with
                {
                    Low = least.ToString(CultureInfo.InvariantCulture),
                },
                Measured("meanCellVoltage", stack.Attributes["meanCellVoltage"], "VLT", TestBench),
                Measured("leakRate", stack.Attributes["leakRate"], "mL/min", TestBench),
                Measured("energyUsed", 62, "KWH", TestBench),
                // The curve is a file in the test bench's archive.
                Noted("polarisationCurve", PlantFormats.DigestOf($"curve {key}")),
            ],
        };

    private static void AddPlaced(List<ThingRequest> children, List<DemoItem> made, string row)
    {
        var place = 0;
        foreach (var item in made.Where(item => item.Attributes["result"] is "pass"))
        {
            children.Add(Thing(item) with { Position = $"{row}{++place}" });
        }
    }
}
