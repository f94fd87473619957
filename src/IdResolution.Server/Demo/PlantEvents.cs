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
    // What comes in, how much a lot has, and its unit.
    private static readonly Dictionary<string, (string Quantity, string Unit)> s_lots = new()
    {
        ["catalyst-lot"] = ("2", "KGM"),
        ["ionomer-lot"] = ("20", "KGM"),
        ["membrane-roll"] = ("200", "MTR"),
        ["gdl-lot"] = ("300", "MTK"),
        ["end-plate"] = ("60", "H87"),
        ["gasket"] = ("2500", "H87"),
    };

    // What makes things, by line.
    private static readonly Dictionary<string, string[]> s_machines = new()
    {
        ["INK-L1"] = ["EQ-001", "EQ-002"],
        ["CCM-L1"] = ["EQ-004"],
        ["CCM-L2"] = ["EQ-005"],
        ["STK-L1"] = ["EQ-016"],
    };

    private readonly PlantCalendar _calendar;
    private readonly StackEvents _stacks;
    private readonly Dictionary<string, List<DemoItem>> _lots = [];
    private readonly Dictionary<string, DemoItem> _processes = [];
    private readonly Dictionary<string, int> _made = [];
    private readonly List<DemoItem> _parts = [];
    private readonly Queue<DemoItem> _sold = [];
    private DemoItem? _ink;
    private DemoItem? _ccm;
    private DemoItem? _system;

    /// <summary>For a plant with these times.</summary>
    public PlantEvents(PlantCalendar calendar)
    {
        _calendar = calendar;
        _stacks = new StackEvents(calendar, _processes);
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
        yield return RollHeld();
    }

    private IEnumerable<EventRequest> Of(DemoItem item)
    {
        switch (item.Template)
        {
            case var lot when s_lots.TryGetValue(lot, out var amount):
                (_lots.TryGetValue(lot, out var lots) ? lots : _lots[lot] = []).Add(item);
                return [CameIn(item, amount.Quantity, amount.Unit)];
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
            case "stack":
                _parts.Add(item);
                return _stacks.Of(
                    item,
                    [
                        Thing(Lot("end-plate", item, 20), "2", "H87"),
                        Thing(Lot("gasket", item, 20), Text(item, "cellCount"), "H87"),
                    ]
                );
            case "air-compressor" or "hydrogen-pump" or "controller":
                _parts.Add(item);
                return [];
            case "fc-system":
                _system = item;
                _sold.Enqueue(item);
                return [BuiltIn(item)];
            case "vehicle":
                return [Installed(item)];
            case "logistics-order" when item.Attributes["consignee"] is not PlantFormats.Plant:
                return [Left(item)];
            default:
                return [];
        }
    }

    private EventRequest CameIn(DemoItem lot, string quantity, string unit) =>
        // The day stands in the key.
        _calendar.Event("commission", lot.SourceKey, DateOnly.ParseExact(lot.SourceKey.Split('-')[2], "yyMMdd")) with
        {
            Items = [Thing(lot, quantity, unit)],
            Place = Named("原材料库"),
        };

    private EventRequest Mixed(DemoItem ink) =>
        Made(
            ink,
            [Thing(Lot("catalyst-lot", ink, 3), "0.6", "KGM"), Thing(Lot("ionomer-lot", ink, 3), "6", "KGM")],
            Thing(ink, Text(ink, "netMass"), "KGM")
        ) with
        {
            Process = Thing(_processes["HQ-GY-001"]),
            Step = Named("mixing"),
            Measurements =
            [
                Measured("viscosity", ink.Attributes["viscosity"], "mPa·s", "EQ-003"),
                Measured("solidsContent", ink.Attributes["solidsContent"], "P1"),
            ],
        };

    private EventRequest Coated(DemoItem ccm) =>
        Made(
            ccm,
            [Thing(_ink!, "8.5", "KGM"), Thing(Lot("membrane-roll", ccm, MeaLine.CcmBatchesPerRoll), "95", "MTR")],
            Thing(ccm, Text(ccm, "quantity"), "H87")
        ) with
        {
            Process = Thing(_processes["HQ-GY-002"]),
            Step = Named("coating"),
            Measurements =
            [
                Measured("ptLoading", ccm.Attributes["ptLoading"], "mg/cm²", "EQ-006") with
                {
                    Set = "0.4",
                    Low = "0.37",
                    High = "0.43",
                },
                Measured("dryingTemperature", ccm.Attributes["dryingTemperature"], "CEL") with
                {
                    Set = "85",
                },
            ],
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
        };

    private EventRequest BuiltIn(DemoItem system)
    {
        var parts = Things(_parts);
        _parts.Clear();
        return _calendar.Event("assemble", system.SourceKey, DayOf(system)) with
        {
            Parent = Thing(system),
            Children = parts,
            Equipment = [Machine("EQ-019")],
            Process = Thing(_processes["HQ-GY-011"]),
            Step = Named("assembly"),
        };
    }

    private EventRequest Installed(DemoItem vehicle)
    {
        // It is sold with its vehicle.
        List<DemoItem> sold = [.. _sold.Where(item => item != _system), vehicle];
        _sold.Clear();
        sold.ForEach(_sold.Enqueue);
        return _calendar.Event("install", vehicle.SourceKey, DayOf(vehicle)) with
        {
            Parent = Thing(vehicle),
            Children = [Thing(_system!)],
        };
    }

    private EventRequest Left(DemoItem order)
    {
        List<ThingRequest> sold = [];
        for (var packages = (int)order.Attributes["packages"]; packages > 0; packages--)
        {
            sold.Add(Thing(_sold.Dequeue()));
        }
        var day = DateOnly.ParseExact(Text(order, "shippedAt")[..10], "yyyy-MM-dd");
        return _calendar.Event("ship", order.SourceKey, day, "18:00") with
        {
            Items = sold,
            Documents = [Thing(order)],
            Place = Named(Text(order, "destination")),
            Disposition = "in_transit",
        };
    }

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
