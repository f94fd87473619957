using IdResolution.Core.Traceability;
using static IdResolution.Server.Demo.PlantThings;

namespace IdResolution.Server.Demo;

/// <summary>
/// What happened to the items of the demonstration plant, from the lots that came in to the vehicles that left: which
/// part is in what, by the order in which <see cref="PlantGenerator"/> gives the items. The same items give the same
/// events.
/// </summary>
internal sealed class PlantEvents
{
    // What makes things, by line.
    private static readonly Dictionary<string, string[]> s_machines = new()
    {
        ["INK-L1"] = ["EQ-001", "EQ-002"],
        ["STK-L1"] = ["EQ-016"],
    };

    private const string Assembler = "HQ0018";

    private readonly PlantCalendar _calendar;
    private readonly StackEvents _stacks;
    private readonly SoldEvents _sold;
    private readonly LotEvents _lotEvents;
    private readonly Dictionary<string, List<DemoItem>> _lots = [];
    private readonly Dictionary<string, DemoItem> _processes = [];
    private readonly Dictionary<string, int> _made = [];
    private readonly List<DemoItem> _parts = [];
    private DemoItem? _ink;
    private DemoItem? _ccm;
    private DemoItem? _purchase;
    private DemoItem? _delivery;

    /// <summary>For a plant with these times.</summary>
    public PlantEvents(PlantCalendar calendar)
    {
        _calendar = calendar;
        _stacks = new StackEvents(calendar, _processes);
        _sold = new SoldEvents(calendar);
        _lotEvents = new LotEvents(calendar);
    }

    /// <summary>The events, each with a key of its own. The last one holds the bad roll and all made from it.</summary>
    public IEnumerable<EventRequest> Of(IReadOnlyList<DemoItem> items)
    {
        foreach (var item in items)
        {
            foreach (var happened in Of(item))
            {
                yield return happened;
            }
        }
        foreach (var happened in SpareEvents.Of(_calendar))
        {
            yield return happened;
        }
        yield return RollHeld();
    }

    /// <summary>
    /// A time before parts were replaced in service, and one after all were; none where the plant is too small for it.
    /// </summary>
    public static IEnumerable<(string Name, string Time)> TimesOfService(IEnumerable<EventRequest> events)
    {
        List<DateOnly> days =
        [
            .. events
                .Where(happened => happened.Type == "replace")
                .Select(happened => DateOnly.ParseExact(happened.Time![..10], "yyyy-MM-dd")),
        ];
        // A day apart, so that it is before and after in each zone.
        return days.Count == 0 ? [] : [("before", Noon(days.Min(), -1)), ("after", Noon(days.Max(), 1))];

        static string Noon(DateOnly day, int later) => $"{PlantFormats.Day(day.AddDays(later))}T12:00:00Z";
    }

    private IEnumerable<EventRequest> Of(DemoItem item)
    {
        switch (item.Template)
        {
            case var lot when LotEvents.IsLot(lot):
                (_lots.TryGetValue(lot, out var lots) ? lots : _lots[lot] = []).Add(item);
                return _lotEvents.Of(item);
            case "process":
                _processes[Text(item, "processNumber")] = item;
                return [];
            case "ink-batch":
                _ink = item;
                return [Mixed(item)];
            case "ccm-batch":
                _ccm = item;
                return [Coated(item)];
            case "mea-batch":
                return [LaidUp(item)];
            case "mea":
                _stacks.AddPiece(item);
                return [];
            case "bipolar-plate":
                _stacks.AddPlate(item);
                return [];
            case "stack" when item.SourceKey == PlantMasterData.UnlinkedStack:
                return [];
            case "stack":
                _parts.Add(item);
                return _stacks.Of(
                    item,
                    [
                        Thing(Lot("end-plate", item, 20), "2", "H87"),
                        Thing(Lot("gasket", item, 20), Text(item, "cellCount"), "H87"),
                    ],
                    Lot("sheet-metal", item, 20)
                );
            case "air-compressor" or "hydrogen-pump" or "controller":
                _parts.Add(item);
                return [];
            case "fc-system":
                return BuiltIn(item);
            case "vehicle":
                return _sold.Installed(item);
            default:
                return OfPaper(item);
        }
    }

    private IEnumerable<EventRequest> OfPaper(DemoItem paper)
    {
        switch (paper.Template)
        {
            case "order" when paper.Attributes["orderType"] is "purchase":
                _purchase = paper;
                return [];
            case "order" when paper.Attributes.ContainsKey("configuration"):
                return _sold.Ordered(paper);
            case "logistics-order" when paper.Attributes["consignee"] is PlantFormats.Plant:
                _delivery = paper;
                return [];
            case "logistics-order":
                return _sold.Left(paper);
            case "warehouse-receipt" when paper.Attributes["receiptType"] is "inbound":
                var lot = _lots.Values.SelectMany(lots => lots).First(l => l.SourceKey == Text(paper, "lotNumber"));
                return _lotEvents.Came(lot, _purchase!, _delivery!, paper);
            default:
                return [];
        }
    }

    private EventRequest Mixed(DemoItem ink) =>
        Made(
            ink,
            [Thing(Lot("catalyst-lot", ink, 3), "0.6", "KGM"), Thing(Lot("ionomer-lot", ink, 3), "6", "KGM")],
            Thing(ink, Text(ink, "netMass"), "KGM")
        ) with
        {
            Process = Thing(_processes["HQ-GY-001"]),
            Step = Named("mixing"),
            Measurements = StepValues.Mixing(ink),
        };

    private EventRequest Coated(DemoItem ccm) =>
        Made(
            ccm,
            [Thing(_ink!, "8.5", "KGM"), Thing(Lot("membrane-roll", ccm, MeaLine.CcmBatchesPerRoll), "95", "MTR")],
            Thing(ccm, Text(ccm, "quantity"), "H87")
        ) with
        {
            Equipment = [Machine(CoaterOf(ccm))],
            Process = Thing(_processes["HQ-GY-002"]),
            Step = Named("coating"),
            Measurements = StepValues.Coating(ccm),
            Defects = StepValues.CoatingDefects(ccm),
        };

    private EventRequest LaidUp(DemoItem batch) =>
        Made(
            batch,
            [Thing(_ccm!, Text(batch, "quantity"), "H87"), Thing(Lot("gdl-lot", batch, 6), "40", "MTK")],
            Thing(batch, Text(batch, "quantity"), "H87")
        ) with
        {
            Process = Thing(_processes["HQ-GY-013"]),
            Step = Named("lamination"),
            Measurements = StepValues.Lamination(batch),
        };

    private IEnumerable<EventRequest> BuiltIn(DemoItem system)
    {
        List<DemoItem> parts = [.. _parts];
        _parts.Clear();
        return
        [
            .. parts.Where(part => part.Template != "stack").Select(part => Inspected(part, DayOf(system))),
            .. parts.Where(part => part.Template == "controller").Select(part => Loaded(part, DayOf(system))),
            _calendar.Event("assemble", system.SourceKey, DayOf(system)) with
            {
                Parent = Thing(system),
                Children = Things(parts),
                Equipment = [Machine("EQ-019")],
                Process = Thing(_processes["HQ-GY-011"]),
                Step = Named("assembly"),
                Persons = [Person(Assembler)],
                Measurements = StepValues.Assembly(system),
            },
            .. _sold.Finished(system, parts),
        ];
    }

    /// <summary>The software of a controller was put into it.</summary>
    private EventRequest Loaded(DemoItem controller, DateOnly day) =>
        _calendar.Event("assemble", controller.SourceKey, day, "10:00") with
        {
            Parent = Thing(controller),
            Children = [Software(PlantMasterData.OldFirmware)],
            Step = Named("flashing"),
        };

    /// <summary>A part of the balance of plant was inspected when it came.</summary>
    private EventRequest Inspected(DemoItem part, DateOnly day) =>
        _calendar.Event("inspect", part.SourceKey, day, "09:00") with
        {
            Items = [Thing(part)],
            Persons = [Person(PlantRecords.Inspector)],
            Step = Named("incoming-inspection"),
            Measurements = [Noted("firmwareVersion", Text(part, "firmwareVersion")), .. OfPart(part)],
        };

    private static EventMeasurement[] OfPart(DemoItem part) =>
        part.Template switch
        {
            "air-compressor" =>
            [
                Measured("residualImbalance", 0.8m, "g·mm") with
                {
                    High = "1.5",
                },
                Noted("performanceMap", Text(part, "performanceMap")),
            ],
            "hydrogen-pump" => [Measured("leakRate", part.Attributes["leakRate"], "mL/min")],
            _ => [Measured("supplyVoltage", part.Attributes["supplyVoltage"], "VLT")],
        };

    /// <summary>The roll with the highest hydrogen crossover.</summary>
    private EventRequest RollHeld()
    {
        var roll = _lots["membrane-roll"].MaxBy(roll => (decimal)roll.Attributes["hydrogenCrossover"])!;
        return _calendar.Event("hold", roll.SourceKey, _calendar.LastDay) with
        {
            Items = [Thing(roll)],
            Scope = "made-from",
            Reason = "氢气渗透偏高 / high hydrogen crossover",
        };
    }

    private EventRequest Made(DemoItem item, IReadOnlyList<ThingRequest> from, ThingRequest made) =>
        // Before what is made of it on the same day.
        _calendar.Event("transform", item.SourceKey, DayOf(item), "05:00") with
        {
            Inputs = from,
            Outputs = [made],
            Equipment = [.. s_machines.GetValueOrDefault(Text(item, "line"), []).Select(Machine)],
            Persons = Operator(item),
        };

    /// <summary>The lot that an item takes from, if each lot lasts so many items. The oldest comes first.</summary>
    private DemoItem Lot(string template, DemoItem item, int itemsPerLot)
    {
        var key = $"{template} {item.Template}";
        var made = _made.GetValueOrDefault(key);
        _made[key] = made + 1;
        return _lots[template][Math.Min(made / itemsPerLot, _lots[template].Count - 1)];
    }
}
