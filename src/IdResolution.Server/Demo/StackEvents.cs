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
    private const decimal KilogramsPerPlate = 0.4m;

    // The benches on which pieces are tested for leaks.
    private static readonly string[] s_benches = ["EQ-009", "EQ-010"];

    private readonly List<DemoItem> _pieces = [];
    private readonly List<DemoItem> _plates = [];
    private int _strokes = FirstStroke;
    private int _sorted;

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
    /// <param name="sheet">The sheet metal of its plates.</param>
    public IEnumerable<EventRequest> Of(DemoItem stack, IReadOnlyList<ThingRequest> others, DemoItem sheet)
    {
        foreach (var cut in _pieces.GroupBy(piece => piece.SourceKey[..piece.SourceKey.LastIndexOf('-')]))
        {
            yield return Pressed(cut.Key, [.. cut], stack);
        }
        foreach (var sorted in Sorted(stack))
        {
            yield return sorted;
        }
        yield return Formed(stack, "", _plates[..^UnreadPlates], sheet, [Carbon(1.9m, _plates.Count - UnreadPlates)]);
        // The meter of the press was not read for the last ones.
        yield return Formed(stack, " b", _plates[^UnreadPlates..], sheet, []);
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
            Measurements = StepValues.Stacking(),
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
            Measurements = StepValues.Pressing(run, pieces.Count),
        };
    }

    /// <summary>Images and the leak test say which pieces are good. The others are sorted out.</summary>
    private IEnumerable<EventRequest> Sorted(DemoItem stack)
    {
        // Whichever bench is free tests them, whatever press they come from.
        var bench = s_benches[_sorted++ % s_benches.Length];
        var passed = _pieces.FindAll(piece => piece.Attributes["result"] is "pass");
        yield return Sorted(passed, bench, $"sorting {stack.SourceKey}");
        if (_pieces.FindAll(piece => piece.Attributes["result"] is "fail") is not [_, ..] rejected)
        {
            yield break;
        }
        var leaks = rejected.Count(piece => (decimal)piece.Attributes["leakRate"] > MeaLine.MostLeak);
        yield return Sorted(rejected, bench, $"sorting {stack.SourceKey} b") with
        {
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

    private EventRequest Sorted(List<DemoItem> pieces, string bench, string run) =>
        calendar.Event("inspect", run, pieces[0].Run!.Day, "23:50") with
        {
            Items = Things(pieces),
            Equipment = [Machine(bench), Machine(PlantMasterData.Camera)],
            Step = Named("sorting"),
            Measurements = StepValues.Sorting(pieces, bench, run),
        };

    private EventRequest Formed(
        DemoItem stack,
        string run,
        List<DemoItem> plates,
        DemoItem sheet,
        EventMeasurement[] carbon
    )
    {
        _strokes += plates.Count;
        var mass = (plates.Count * KilogramsPerPlate).ToString(CultureInfo.InvariantCulture);
        return calendar.Event("transform", $"plates {stack.SourceKey}{run}", DayOf(plates[0]), "15:00") with
        {
            Inputs = [Thing(sheet, mass, "KGM")],
            Outputs = Things(plates),
            Equipment = [Machine("EQ-012"), Machine("EQ-013"), Machine("EQ-014")],
            Tools = [Machine(PlantMasterData.Mould)],
            Persons = Operator(plates[0]),
            Process = Thing(processes["HQ-GY-007"]),
            Step = Named("forming"),
            Measurements = [.. StepValues.Forming(plates, _strokes), .. carbon],
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
