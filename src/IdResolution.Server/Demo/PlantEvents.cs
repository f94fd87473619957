using System.Globalization;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Demo;

/// <summary>
/// What happened to the items of the demonstration plant, from the lots that came in to the vehicles that left: which
/// part is in what, by the order in which <see cref="PlantGenerator"/> gives the items. The same items give the same
/// events.
/// </summary>
/// <param name="zone">The name of the plant's time zone.</param>
/// <param name="lastDay">The last day of the plant.</param>
/// <param name="end">A time on that day; nothing is later.</param>
internal sealed class PlantEvents(string zone, DateOnly lastDay, DateTimeOffset end)
{
    private const string Source = "mes";

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

    private readonly Dictionary<string, List<DemoItem>> _lots = [];
    private readonly Dictionary<string, int> _made = [];
    private readonly List<DemoItem> _pieces = [];
    private readonly List<DemoItem> _plates = [];
    private readonly List<DemoItem> _parts = [];
    private readonly Queue<DemoItem> _sold = [];
    private DemoItem? _ink;
    private DemoItem? _ccm;
    private DemoItem? _system;

    /// <summary>The events, each with a key of its own.</summary>
    public IEnumerable<EventRequest> Of(IReadOnlyList<DemoItem> items)
    {
        foreach (var item in items)
        {
            foreach (var happened in Of(item))
            {
                yield return happened;
            }
        }
    }

    private IEnumerable<EventRequest> Of(DemoItem item)
    {
        switch (item.Template)
        {
            case var lot when s_lots.TryGetValue(lot, out var amount):
                (_lots.TryGetValue(lot, out var lots) ? lots : _lots[lot] = []).Add(item);
                return [CameIn(item, amount.Quantity, amount.Unit)];
            case "ink-batch":
                _ink = item;
                return [Mixed(item)];
            case "ccm-batch":
                _ccm = item;
                return [Coated(item)];
            case "mea-batch":
                return [Pressed(item)];
            case "mea":
                _pieces.Add(item);
                return [];
            case "bipolar-plate":
                _plates.Add(item);
                return [];
            case "stack":
                return Stacked(item);
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
        Event("commission", lot, DateOnly.ParseExact(lot.SourceKey.Split('-')[2], "yyMMdd")) with
        {
            Items = [Thing(lot, quantity, unit)],
            Place = new ThingRequest { Text = "原材料库" },
        };

    private EventRequest Mixed(DemoItem ink) =>
        Made(
            ink,
            [Thing(Lot("catalyst-lot", ink, 3), "0.6", "KGM"), Thing(Lot("ionomer-lot", ink, 3), "6", "KGM")],
            Thing(ink, Text(ink, "netMass"), "KGM")
        );

    private EventRequest Coated(DemoItem ccm) =>
        Made(
            ccm,
            [Thing(_ink!, "8.5", "KGM"), Thing(Lot("membrane-roll", ccm, MeaLine.CcmBatchesPerRoll), "95", "MTR")],
            Thing(ccm, Text(ccm, "quantity"), "H87")
        );

    private EventRequest Pressed(DemoItem batch) =>
        Made(
            batch,
            [Thing(_ccm!, Text(batch, "quantity"), "H87"), Thing(Lot("gdl-lot", batch, 6), "40", "MTK")],
            Thing(batch, Text(batch, "quantity"), "H87")
        );

    /// <summary>The pieces for a stack are cut from their batches, and those that passed go into it.</summary>
    private IEnumerable<EventRequest> Stacked(DemoItem stack)
    {
        foreach (var cut in _pieces.GroupBy(piece => piece.SourceKey[..piece.SourceKey.LastIndexOf('-')]))
        {
            yield return Cut(cut.Key, [.. cut], stack);
        }
        List<ThingRequest> children = [];
        AddPlaced(children, _pieces, "M");
        AddPlaced(children, _plates, "P");
        children.Add(Thing(Lot("end-plate", stack, 20), "2", "H87"));
        children.Add(Thing(Lot("gasket", stack, 20), Text(stack, "cellCount"), "H87"));
        _pieces.Clear();
        _plates.Clear();
        _parts.Add(stack);
        yield return Event("assemble", stack, DayOf(stack)) with
        {
            Parent = Thing(stack),
            Children = children,
            Equipment = Line(stack),
        };
    }

    private EventRequest Cut(string batch, List<DemoItem> pieces, DemoItem stack) =>
        Event("transform", stack, DayOf(pieces[0])) with
        {
            SourceKey = $"cut {batch} {stack.SourceKey}",
            Inputs =
            [
                new ThingRequest
                {
                    Source = Source,
                    SourceKey = batch,
                    Quantity = pieces.Count.ToString(CultureInfo.InvariantCulture),
                    Unit = "H87",
                },
            ],
            Outputs = [.. pieces.Select(piece => Thing(piece))],
            Equipment = Line(pieces[0]),
        };

    private EventRequest BuiltIn(DemoItem system)
    {
        List<ThingRequest> parts = [.. _parts.Select(part => Thing(part))];
        _parts.Clear();
        return Event("assemble", system, DayOf(system)) with { Parent = Thing(system), Children = parts };
    }

    private EventRequest Installed(DemoItem vehicle)
    {
        // It is sold with its vehicle.
        List<DemoItem> sold = [.. _sold.Where(item => item != _system), vehicle];
        _sold.Clear();
        sold.ForEach(_sold.Enqueue);
        return Event("install", vehicle, DayOf(vehicle)) with { Parent = Thing(vehicle), Children = [Thing(_system!)] };
    }

    private EventRequest Left(DemoItem order)
    {
        List<ThingRequest> sold = [];
        for (var packages = (int)order.Attributes["packages"]; packages > 0; packages--)
        {
            sold.Add(Thing(_sold.Dequeue()));
        }
        var day = DateOnly.ParseExact(Text(order, "shippedAt")[..10], "yyyy-MM-dd");
        return Event("ship", order, day) with
        {
            Items = sold,
            Documents = [Thing(order)],
            Place = new ThingRequest { Text = Text(order, "destination") },
            Disposition = "in_transit",
        };
    }

    private EventRequest Made(DemoItem item, IReadOnlyList<ThingRequest> from, ThingRequest made) =>
        Event("transform", item, DayOf(item)) with
        {
            Inputs = from,
            Outputs = [made],
            Equipment = Line(item),
        };

    private EventRequest Event(string type, DemoItem item, DateOnly day)
    {
        var happened = new EventRequest
        {
            Type = type,
            Source = Source,
            SourceKey = $"{type} {item.SourceKey}",
        };
        return day < lastDay
            ? happened with
            {
                Time = $"{PlantFormats.Day(day)}T14:00:00",
                Zone = zone,
            }
            : happened with
            {
                Time = end.ToString("O"),
            };
    }

    /// <summary>The lot that an item takes from, if each lot lasts so many items. The oldest comes first.</summary>
    private DemoItem Lot(string template, DemoItem item, int itemsPerLot)
    {
        var key = $"{template} {item.Template}";
        var made = _made.GetValueOrDefault(key);
        _made[key] = made + 1;
        return _lots[template][Math.Min(made / itemsPerLot, _lots[template].Count - 1)];
    }

    private static void AddPlaced(List<ThingRequest> children, List<DemoItem> made, string row)
    {
        var place = 0;
        foreach (var item in made.Where(item => item.Attributes["result"] is "pass"))
        {
            children.Add(Thing(item) with { Position = $"{row}{++place}" });
        }
    }

    private static ThingRequest Thing(DemoItem item, string? quantity = null, string? unit = null) =>
        new()
        {
            Source = item.Source,
            SourceKey = item.SourceKey,
            Quantity = quantity,
            Unit = unit,
        };

    private static ThingRequest[] Line(DemoItem item) =>
        item.Attributes.TryGetValue("line", out var line) ? [new ThingRequest { Text = (string)line }] : [];

    private static DateOnly DayOf(DemoItem item) => DateOnly.ParseExact(Text(item, "manufacturedDate"), "yyyy-MM-dd");

    private static string Text(DemoItem item, string attribute) =>
        Convert.ToString(item.Attributes[attribute], CultureInfo.InvariantCulture)!;
}
