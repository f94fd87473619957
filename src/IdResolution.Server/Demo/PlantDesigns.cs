using static IdResolution.Server.Demo.PlantFormats;

namespace IdResolution.Server.Demo;

/// <summary>
/// What the demonstration plant's items refer to: companies, places, product models, bills of materials and the plan
/// of the incoming inspection.
/// </summary>
internal static class PlantDesigns
{
    /// <summary>Where lots are received.</summary>
    public const string RawStore = "LOC-RAW";

    /// <summary>The rack there in which they are put.</summary>
    public const string RawRack = "LOC-RAW-A01";

    /// <summary>Where finished goods wait.</summary>
    public const string GoodsStore = "LOC-FG";

    /// <summary>Where goods that were picked wait for the carrier.</summary>
    public const string Dock = "LOC-FG-D01";

    /// <summary>Where what comes back is looked at.</summary>
    public const string ReturnsStore = "LOC-RET";

    /// <summary>The bill of materials of stacks.</summary>
    public const string StackBom = "BOM-HQ-S20";

    /// <summary>The bill of materials of systems.</summary>
    public const string SystemBom = "BOM-HQ-E";

    /// <summary>The plan of the incoming inspection.</summary>
    public const string IncomingPlan = "IP-IQC-01";

    /// <summary>Who takes what is scrapped.</summary>
    public const string Recycler = "循铂再生";

    private static readonly (string Name, string Role)[] s_companies =
    [
        ("海岚铂业", "supplier"),
        ("清澜膜材", "supplier"),
        ("恒拓碳纸", "supplier"),
        ("同晖精密", "supplier"),
        ("启源密封", "supplier"),
        ("风澜动力", "supplier"),
        ("翼循科技", "supplier"),
        ("知控电子", "supplier"),
        .. PlantOrders.Customers.Select(name => (name, "customer")),
        (Recycler, "recycler"),
    ];

    private static readonly (string Code, string Name)[] s_models =
    [
        ("HQ-S20", "20 kW 电堆"),
        ("HQ-S24", "24 kW 电堆"),
        ("HQ-E", "燃料电池系统"),
        ("HQ-MEA400", "膜电极"),
        ("HQ-BP400", "双极板"),
        ("FL-AC65", "空压机"),
    ];

    private static readonly (string Code, string Name, string Kind, string? Parent)[] s_locations =
    [
        (RawStore, "原材料库", "store", null),
        (RawRack, "原材料库 A-01", "rack", RawStore),
        (GoodsStore, "成品库", "store", null),
        (ReturnsStore, "返修库", "store", null),
        (Dock, "成品库发货道口 D-01", "station", GoodsStore),
    ];

    private static readonly (string Number, string Model, string[] Lines)[] s_boms =
    [
        (StackBom, "HQ-S20", ["HQ-MEA400;45;H87", "HQ-BP400;46;H87", "TH-EP400;2;H87", "QY-S400;45;H87"]),
        ("BOM-HQ-S24", "HQ-S24", ["HQ-MEA400;54;H87", "HQ-BP400;55;H87", "TH-EP400;2;H87", "QY-S400;54;H87"]),
        (SystemBom, "HQ-E", ["HQ-S20;2;H87;HQ-S24", "FL-AC65;1;H87", "YX-HP400;1;H87", "ZK-FCU3;1;H87"]),
    ];

    /// <summary>The key of a company by its name.</summary>
    public static string CompanyOf(string name) =>
        $"CO-{Array.FindIndex(s_companies, company => company.Name == name) + 1:000}";

    /// <summary>All of it; each comes after what it refers to.</summary>
    public static IEnumerable<DemoItem> Items()
    {
        foreach (var (name, role) in s_companies)
        {
            yield return Item(
                "company",
                CompanyOf(name),
                "erp",
                ("name", name),
                ("roles", new[] { role }),
                ("state", "active")
            );
        }
        foreach (var (code, name) in s_models)
            yield return Item("product-model", code, "erp", ("modelCode", code), ("name", name), ("state", "released"));
        foreach (var (code, name, kind, parent) in s_locations)
            yield return Location(code, name, kind, parent);
        foreach (var (number, model, lines) in s_boms)
        {
            yield return Item(
                "bom",
                number,
                "erp",
                ("bomNumber", number),
                ("revision", "A"),
                ("product", new DemoReference("erp", model)),
                ("lines", lines),
                ("state", "effective")
            );
        }
        yield return Item(
            "inspection-plan",
            IncomingPlan,
            "mes",
            ("planNumber", IncomingPlan),
            ("step", "incoming-inspection")
        );
    }

    private static DemoItem Location(string code, string name, string kind, string? parent)
    {
        var location = Item("location", code, "wms", ("locationCode", code), ("name", name), ("kind", kind));
        return parent is null
            ? location
            : location with
            {
                Attributes = new Dictionary<string, object>(location.Attributes)
                {
                    ["parent"] = new DemoReference("wms", parent),
                },
            };
    }

    private static DemoItem Item(
        string template,
        string key,
        string source,
        params (string Code, object Value)[] values
    ) => new(template, key, source, Values(values));
}
