using static IdResolution.Server.Demo.PlantFormats;

namespace IdResolution.Server.Demo;

/// <summary>The lots that the demonstration plant received from its suppliers.</summary>
internal sealed class PlantMaterials
{
    private readonly SeededRandom _draws;
    private readonly DateOnly _firstDay;
    private readonly List<ReceivedLot> _received = [];

    /// <summary>Draws the lots that this many stacks need.</summary>
    public PlantMaterials(SeededRandom draws, DateOnly firstDay, int stacks)
    {
        _draws = draws;
        _firstDay = firstDay;
        Catalysts = Lots("catalyst-lot", "CAT", "海岚铂业", 1 + (stacks / 20), 2, "kg", 150000, Catalyst);
        Ionomers = Lots("ionomer-lot", "ION", "清澜膜材", 1 + (stacks / 20), 20, "kg", 8000, Ionomer);
        Membranes = Lots("membrane-roll", "PEM", "清澜膜材", 2 + (stacks / 8), 200, "m", 480, Membrane);
        Lots("gdl-lot", "GDL", "恒拓碳纸", 1 + (stacks / 10), 300, "m²", 700, DiffusionLayer);
        Lots("end-plate", "EPL", "同晖精密", 1 + (stacks / 20), 60, "件", 320, EndPlate);
        Lots("gasket", "GSK", "启源密封", 1 + (stacks / 20), 2500, "件", 6, Gasket);
        Sheets = [.. Enumerable.Range(1, 1 + (stacks / 20)).Select(Sheet)];
    }

    public IReadOnlyList<ReceivedLot> Received => _received;

    /// <summary>The sheet metal of the plates. It came before the month, so nothing tells of its order.</summary>
    public IReadOnlyList<ReceivedLot> Sheets { get; }

    public IReadOnlyList<ReceivedLot> Catalysts { get; }

    public IReadOnlyList<ReceivedLot> Ionomers { get; }

    /// <summary>The membrane rolls. The second one has a high hydrogen crossover, as a case for a recall.</summary>
    public IReadOnlyList<ReceivedLot> Membranes { get; }

    public IEnumerable<DemoItem> Items() => _received.Concat(Sheets).Select(lot => lot.Item);

    /// <summary>
    /// The lot that a batch, numbered from 0, takes from if each lot lasts this many batches. The oldest lot comes
    /// first.
    /// </summary>
    public static DemoItem InUse(IReadOnlyList<ReceivedLot> lots, int batch, int batchesPerLot) =>
        lots[Math.Min(batch / batchesPerLot, lots.Count - 1)].Item;

    private List<ReceivedLot> Lots(
        string template,
        string code,
        string supplier,
        int count,
        int quantity,
        string unit,
        int price,
        Func<int, DateOnly, Dictionary<string, object>> quality
    )
    {
        var lots = new List<ReceivedLot>();
        for (var i = 0; i < count; i++)
        {
            // Deliveries come in the first half of the month, before what is made from them.
            var received = _firstDay.AddDays(14 * i / count);
            // They come in the order in which they were made.
            var made = received.AddDays(-_draws.Integer(19, 20));
            var attributes = quality(i, made);
            attributes["manufacturedDate"] = Day(made);
            attributes["supplier"] = supplier;
            attributes["supplierLot"] = $"{code}{KeyDay(made)}{_draws.Integer(1, 9):00}";
            attributes["result"] = "pass";
            attributes["storagePlace"] = new DemoReference("wms", PlantDesigns.RawStore);
            // One delivery came without its certificate.
            if (template != "gasket" || i > 0)
                attributes["certificate"] = _draws.Digest();
            var item = new DemoItem(template, $"RM-{code}-{KeyDay(received)}-{i + 1:000}", "wms", attributes);
            lots.Add(new(item, supplier, received, quantity, unit, price));
        }
        _received.AddRange(lots);
        return lots;
    }

    private ReceivedLot Sheet(int number)
    {
        var received = _firstDay.AddDays(-1);
        var key = $"RM-SHM-{KeyDay(received)}-{number:000}";
        var made = received.AddDays(-20);
        var attributes = Values(
            ("grade", "SS316L-0.1"),
            ("thickness", 0.1m),
            ("width", 450m),
            ("netMass", 500m),
            ("manufacturedDate", Day(made)),
            ("supplierLot", $"SHM{KeyDay(made)}{number:000}"),
            ("certificate", DigestOf($"certificate {key}")),
            ("result", "pass"),
            ("storagePlace", new DemoReference("wms", PlantDesigns.RawStore))
        );
        return new(new DemoItem("sheet-metal", key, "wms", attributes), "同晖精密", received, 500, "kg", 40);
    }

    private Dictionary<string, object> Catalyst(int number, DateOnly made)
    {
        var platinum = _draws.Normal(50, 0.6);
        var area = _draws.Normal(76 - (0.8 * (platinum - 50)), 2);
        return new()
        {
            ["productName"] = "铂碳催化剂",
            ["grade"] = "HL-PtC50",
            ["ptMassFraction"] = SeededRandom.Rounded(platinum, 2),
            ["ecsa"] = SeededRandom.Rounded(area, 1),
            // Finer particles have a larger surface: 6/(ρ·d), of which some 80 % is active.
            ["particleSize"] = SeededRandom.Rounded(0.8 * 279.7 / area, 2),
            ["carbonSupport"] = "高比表面积炭黑",
            ["moisture"] = _draws.Normal(1.2, 0.2, 2),
            ["netMass"] = 2m,
            ["expiryDate"] = Day(made.AddYears(2)),
        };
    }

    private Dictionary<string, object> Ionomer(int number, DateOnly made)
    {
        var weight = _draws.Normal(830, 12);
        return new()
        {
            ["productName"] = "全氟磺酸树脂分散液",
            ["grade"] = "QL-D20",
            ["equivalentWeight"] = SeededRandom.Rounded(weight, 0),
            ["ionExchangeCapacity"] = SeededRandom.Rounded(1000 / weight, 3),
            ["solidsContent"] = _draws.Normal(20, 0.2, 2),
            ["viscosity"] = _draws.Normal(260, 15, 0),
            ["metalIons"] = _draws.Normal(3, 0.5, 1),
            ["netMass"] = 20m,
            ["expiryDate"] = Day(made.AddYears(1)),
        };
    }

    private Dictionary<string, object> Membrane(int number, DateOnly made)
    {
        var thickness = _draws.Normal(12, 0.2);
        var crossover = _draws.Normal(1.6, 0.06) * 12 / thickness;
        return new()
        {
            ["productName"] = "增强型质子交换膜",
            ["grade"] = "QL-M12",
            ["thickness"] = SeededRandom.Rounded(thickness, 1),
            ["conductivity"] = _draws.Normal(98, 3, 1),
            ["hydrogenCrossover"] = SeededRandom.Rounded(number == 1 ? crossover * 2.1 : crossover, 2),
            ["tensileStrength"] = _draws.Normal(42, 1.5, 1),
            ["swelling"] = _draws.Normal(4.5, 0.4, 1),
            ["width"] = 400m,
            ["length"] = 200m,
        };
    }

    private Dictionary<string, object> DiffusionLayer(int number, DateOnly made)
    {
        var thickness = _draws.Normal(190, 4);
        return new()
        {
            ["productName"] = "气体扩散层",
            ["grade"] = "HT-G190",
            ["thickness"] = SeededRandom.Rounded(thickness, 0),
            ["contactAngle"] = _draws.Normal(143, 2, 1),
            ["porosity"] = _draws.Normal(76, 1, 1),
            ["ptfeContent"] = _draws.Normal(8, 0.4, 1),
            ["arealWeight"] = SeededRandom.Rounded(thickness * 0.42, 1),
            ["throughPlaneResistance"] = _draws.Normal(7.5, 0.4, 2),
        };
    }

    private Dictionary<string, object> EndPlate(int number, DateOnly made) =>
        new()
        {
            ["model"] = "TH-EP400",
            ["material"] = "aluminium-alloy",
            ["thickness"] = _draws.Normal(18, 0.02, 2),
            ["flatness"] = _draws.Normal(45, 6, 0),
            ["insulationResistance"] = _draws.Normal(550, 40, 0),
            ["quantity"] = 60,
        };

    private Dictionary<string, object> Gasket(int number, DateOnly made) =>
        new()
        {
            ["model"] = "QY-S400",
            ["material"] = "silicone",
            ["hardness"] = _draws.Normal(42, 1, 0),
            ["thickness"] = _draws.Normal(0.62, 0.008, 3),
            ["compressionSet"] = _draws.Normal(9, 0.8, 1),
            ["tensileStrength"] = _draws.Normal(6.8, 0.3, 1),
            ["quantity"] = 2500,
            ["expiryDate"] = Day(made.AddYears(3)),
        };
}
