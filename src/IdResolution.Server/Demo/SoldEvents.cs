using IdResolution.Core.Traceability;
using static IdResolution.Server.Demo.PlantThings;

namespace IdResolution.Server.Demo;

/// <summary>
/// What became of finished systems of the demonstration plant: built into vehicles, sold, on the road, in service, and
/// one at its end.
/// </summary>
/// <param name="calendar">The times of events.</param>
internal sealed class SoldEvents(PlantCalendar calendar)
{
    /// <summary>The number of the system that is served on the road.</summary>
    public const int Served = 1;

    /// <summary>The number of the system that is sold without a vehicle, and comes back.</summary>
    public const int Returned = 5;

    /// <summary>The time of day at which what was sold arrives.</summary>
    public const string Arrival = "15:00";

    /// <summary>What was recovered of the stack that was scrapped: platinum in g, steel in kg.</summary>
    public const decimal PlatinumRecovered = 6.9m,
        SteelRecovered = 18.4m;

    private const int DaysOnTheRoad = 8;

    private readonly Queue<DemoItem> _sold = [];
    private readonly Dictionary<int, IReadOnlyList<DemoItem>> _parts = [];
    private readonly Dictionary<DemoItem, int> _numbers = [];
    private DemoItem? _system;
    private DemoItem? _sale;
    private int _systems;

    /// <summary>The day on which what left on a day arrives; none where that is not yet.</summary>
    public static DateOnly? ArrivesOn(DateOnly left, DateOnly lastDay) => Before(lastDay, left.AddDays(1));

    /// <summary>The day on which a stack of the returned system is scrapped; none where that is not yet.</summary>
    public static DateOnly? ScrappedOn(DateOnly? left, DateOnly lastDay) =>
        Before(lastDay, left?.AddDays(DaysOnTheRoad))?.AddDays(1);

    /// <summary>A system was finished, of these parts.</summary>
    public IEnumerable<EventRequest> Finished(DemoItem system, IReadOnlyList<DemoItem> parts)
    {
        _system = system;
        _sold.Enqueue(system);
        _numbers[system] = ++_systems;
        if (_systems is Served or Returned)
        {
            _parts[_systems] = [system, .. parts];
        }
        yield return calendar.Event("inspect", system.SourceKey, DayOf(system), "17:00") with
        {
            Items = [Thing(system)],
            Equipment = [Machine("EQ-020")],
            Persons = [Person("HQ0022")],
            Step = Named("end-of-line-test"),
            Measurements =
            [
                Measured("peakPower", system.Attributes["peakPower"], "KWT", "EQ-020"),
                Measured("leakRate", system.Attributes["leakRate"], "mL/min", "EQ-020") with
                {
                    High = "12",
                },
                Noted("softwareVersion", Text(system, "softwareVersion")),
            ],
        };
    }

    /// <summary>The last system was built into a vehicle, and is sold with it.</summary>
    public IEnumerable<EventRequest> Installed(DemoItem vehicle)
    {
        List<DemoItem> sold = [.. _sold.Where(item => item != _system), vehicle];
        _sold.Clear();
        sold.ForEach(_sold.Enqueue);
        _numbers[vehicle] = _systems;
        yield return calendar.Event("install", vehicle.SourceKey, DayOf(vehicle)) with
        {
            Parent = Thing(vehicle),
            Children = [Thing(_system!) with { Position = "engine bay" }],
            Step = Named("vehicle-integration"),
        };
        yield return calendar.Event("inspect", vehicle.SourceKey, DayOf(vehicle), "16:00") with
        {
            Items = [Thing(vehicle)],
            Step = Named("vehicle-test"),
            Measurements =
            [
                Measured("hydrogenLeak", 4, "mL/min") with
                {
                    High = "10",
                },
                Measured("energyUsed", 38, "KWH"),
                Noted("softwareVersion", Text(_system!, "softwareVersion")),
            ],
        };
    }

    /// <summary>The order that is delivered next was configured when it came.</summary>
    public IEnumerable<EventRequest> Ordered(DemoItem sale)
    {
        _sale = sale;
        yield return calendar.Event("operate", sale.SourceKey, DayOf(sale, "orderDate")) with
        {
            Items = [Thing(sale)],
            Documents = [Paper(PlantDesigns.SystemBom)],
            Step = Named("configuration"),
            Measurements =
            [
                Noted("configuration", Text(sale, "configuration")),
                Noted("priority", Text(sale, "priority")),
                Noted("dueDate", Text(sale, "deliveryDate")),
            ],
        };
    }

    /// <summary>What was sold left, arrived, and was used.</summary>
    public IEnumerable<EventRequest> Left(DemoItem order)
    {
        List<DemoItem> sold = [];
        for (var packages = (int)order.Attributes["packages"]; packages > 0; packages--)
        {
            sold.Add(_sold.Dequeue());
        }
        var day = DayOf(order, "shippedAt");
        IReadOnlyList<ThingRequest> papers = [Thing(order), Thing(_sale!)];
        var destination = Named(Text(order, "destination"));
        yield return calendar.Event("cover", _sale!.SourceKey, day, "17:00") with
        {
            Documents = papers,
            Items = Things(sold),
        };
        yield return calendar.Event("move", $"picking {order.SourceKey}", day, "17:30") with
        {
            Items = Things(sold),
            Documents = papers,
            Place = Stored(PlantDesigns.Dock),
            Step = Named("picking"),
        };
        yield return calendar.Event("ship", order.SourceKey, day, "18:00") with
        {
            Items = Things(sold),
            Documents = papers,
            Place = destination,
            Disposition = "in_transit",
        };
        if (ArrivesOn(day, calendar.LastDay) is not { } arrived)
        {
            yield break;
        }
        yield return calendar.Event("observe", order.SourceKey, arrived, "10:00") with
        {
            Items = [Thing(order)],
            Place = Named("G42 沪蓉高速昆山段"),
            Step = Named("transport"),
            Measurements = [Measured("temperature", 21, "CEL"), Measured("delay", 0.5m, "HUR")],
        };
        yield return calendar.Event("receive", order.SourceKey, arrived, Arrival) with
        {
            Items = Things(sold),
            Documents = papers,
            Place = destination,
            Disposition = "in_progress",
            Measurements = [Measured("temperature", 23, "CEL")],
        };
        foreach (var later in sold.SelectMany(item => Later(item, day.AddDays(DaysOnTheRoad))))
        {
            yield return later;
        }
    }

    private static DateOnly? Before(DateOnly lastDay, DateOnly? day) => day < lastDay ? day : null;

    private IEnumerable<EventRequest> Later(DemoItem sold, DateOnly day)
    {
        if (day >= calendar.LastDay)
        {
            return [];
        }
        return _numbers[sold] switch
        {
            Served => InService(_parts[Served], day),
            Returned => AtItsEnd(_parts[Returned], day),
            _ => [],
        };
    }

    private IEnumerable<EventRequest> InService(IReadOnlyList<DemoItem> parts, DateOnly day)
    {
        yield return calendar.Event("observe", parts[0].SourceKey, day, "10:00") with
        {
            Items = [Thing(parts[0])],
            Step = Named("operation"),
            Measurements =
            [
                Measured("mileage", 1_830, "KMT"),
                Measured("voltageDecay", 0.4m, "P1"),
                Noted("fault", "P0A90"),
            ],
        };
        yield return calendar.Event("replace", parts[0].SourceKey, day, "11:00") with
        {
            Parent = Thing(parts[0]),
            Inputs = [Thing(Part(parts, "air-compressor"))],
            Outputs = [new ThingRequest { Source = "mes", SourceKey = PlantMasterData.NewCompressor }],
            Documents = [Paper(PlantMasterData.ReplacementCase)],
            Reason = "异响 / noise",
        };
        yield return calendar.Event("service", Part(parts, "controller").SourceKey, day.AddDays(2), "10:00") with
        {
            Items = [Thing(Part(parts, "controller"))],
            Documents = [Paper(PlantMasterData.FirmwareCase)],
            Reason = $"固件升级 / firmware {PlantMasterData.NewFirmware}",
            Measurements = [Noted("firmwareVersion", PlantMasterData.NewFirmware)],
        };
        yield return calendar.Event("replace", Part(parts, "controller").SourceKey, day.AddDays(2), "10:00") with
        {
            Parent = Thing(Part(parts, "controller")),
            Inputs = [Software(PlantMasterData.OldFirmware)],
            Outputs = [Software(PlantMasterData.NewFirmware)],
            Documents = [Paper(PlantMasterData.FirmwareCase)],
        };
    }

    private IEnumerable<EventRequest> AtItsEnd(IReadOnlyList<DemoItem> parts, DateOnly day)
    {
        List<ThingRequest> stacks = [.. parts.Where(part => part.Template == "stack").Select(part => Thing(part))];
        yield return calendar.Event("receive", parts[0].SourceKey, day, "09:00") with
        {
            Items = [Thing(parts[0])],
            Place = Stored(PlantDesigns.ReturnsStore),
            Reason = "退回 / returned",
        };
        yield return calendar.Event("disassemble", parts[0].SourceKey, day, "13:00") with
        {
            Parent = Thing(parts[0]),
            Children = stacks,
        };
        yield return calendar.Event("destroy", stacks[0].SourceKey!, day.AddDays(1), "10:00") with
        {
            Items = [stacks[0]],
            Documents = [Paper(PlantMasterData.Disposal)],
            Step = Named("disposal"),
            Disposition = "disposed",
            Reason = "膜穿孔，送循铂再生回收 / membrane pierced, recycled",
            Measurements =
            [
                Measured("platinumRecovered", PlatinumRecovered, "GRM"),
                Measured("steelRecovered", SteelRecovered, "KGM"),
                Noted("recycler", PlantDesigns.Recycler),
            ],
        };
        yield return calendar.Event("operate", $"second-use {stacks[1].SourceKey}", day.AddDays(1), "11:00") with
        {
            Items = [stacks[1]],
            Step = Named("second-use"),
            Measurements = [Measured("voltageDecay", 3.1m, "P1"), Noted("use", "备用电源 / standby power")],
        };
    }

    private static DemoItem Part(IReadOnlyList<DemoItem> parts, string template) =>
        parts.First(part => part.Template == template);
}
