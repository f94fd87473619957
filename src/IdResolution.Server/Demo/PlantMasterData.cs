using static IdResolution.Server.Demo.PlantFormats;

namespace IdResolution.Server.Demo;

/// <summary>
/// The demonstration plant's master data, what it keeps for spare parts, and the papers of service and disposal.
/// </summary>
internal static class PlantMasterData
{
    /// <summary>Where lots are received.</summary>
    public const string RawStore = "LOC-RAW";

    /// <summary>Where finished goods wait.</summary>
    public const string GoodsStore = "LOC-FG";

    /// <summary>Where what comes back is looked at.</summary>
    public const string ReturnsStore = "LOC-RET";

    /// <summary>The mould of the plates.</summary>
    public const string Mould = "TL-001";

    /// <summary>The pallet with the spare parts of <see cref="SpareOrder"/>.</summary>
    public const string SparePallet = "PLT-0001";

    /// <summary>The order of spare parts that is not shipped yet.</summary>
    public const string SpareOrder = "SO-SPARE-0001";

    /// <summary>The compressor that was built in when one was replaced.</summary>
    public const string NewCompressor = "ACP-900000";

    /// <summary>The papers of the replacement, of the new firmware and of the stack that was scrapped.</summary>
    public const string ReplacementCase = "SVC-0001",
        FirmwareCase = "SVC-0002",
        Disposal = "DSP-0001";

    /// <summary>The firmware that controllers are raised to.</summary>
    public const string NewFirmware = "5.1.0";

    private const int Spares = 6;

    private static readonly string[] s_companies =
    [
        "海岚铂业",
        "清澜膜材",
        "恒拓碳纸",
        "同晖精密",
        "启源密封",
        "风澜动力",
        "翼循科技",
        "知控电子",
        "远航专用车",
        "循铂再生",
    ];

    private static readonly (string Code, string Name)[] s_models =
    [
        ("HQ-S20", "20 kW 电堆"),
        ("HQ-S24", "24 kW 电堆"),
        ("HQ-MEA400", "膜电极"),
        ("HQ-BP400", "双极板"),
        ("FL-AC65", "空压机"),
    ];

    private static readonly (string Code, string Name, string Kind)[] s_locations =
    [
        (RawStore, "原材料库", "store"),
        (GoodsStore, "成品库", "store"),
        (ReturnsStore, "返修库", "store"),
    ];

    /// <summary>The keys of the spare parts on the pallet.</summary>
    public static IEnumerable<string> SpareParts =>
        Enumerable.Range(1, Spares).Select(number => $"ACP-{900000 + number}");

    /// <summary>All of it.</summary>
    public static IEnumerable<DemoItem> Items(SeededRandom draws, DateOnly lastDay)
    {
        for (var i = 0; i < s_companies.Length; i++)
            yield return new(
                "company",
                $"CO-{i + 1:000}",
                "erp",
                Values(("name", s_companies[i]), ("state", "active"))
            );
        foreach (var (code, name) in s_models)
            yield return new(
                "product-model",
                code,
                "erp",
                Values(("modelCode", code), ("name", name), ("state", "released"))
            );
        foreach (var (code, name, kind) in s_locations)
        {
            yield return new(
                "location",
                code,
                "wms",
                Values(("locationCode", code), ("name", name), ("kind", kind), ("state", "in-use"))
            );
        }
        yield return new(
            "defect-code",
            "low-cell-voltage",
            "mes",
            Values(
                ("defectCode", "low-cell-voltage"),
                ("nameZh", "单电池电压低"),
                ("nameEn", "low cell voltage"),
                ("class", "electrical"),
                ("severity", "major"),
                ("step", "activation")
            )
        );
        yield return new(
            "tool",
            Mould,
            "mes",
            Values(
                ("toolNumber", Mould),
                ("name", "极板冲压模"),
                ("kind", "mould"),
                ("strokes", 84_200),
                ("strokeLimit", 200_000),
                ("wear", draws.Normal(6, 0.5, 1)),
                ("state", "in-use")
            )
        );
        yield return new(
            "emission-factor",
            "EF-ELECTRICITY",
            "erp",
            Values(("medium", "electricity"), ("region", "CN"), ("value", 0.57m), ("valueUnit", "kgCO2e/kWh"))
        );
        foreach (var item in SpareItems(draws, lastDay).Concat(Papers(draws, lastDay)))
            yield return item;
    }

    private static IEnumerable<DemoItem> SpareItems(SeededRandom draws, DateOnly lastDay)
    {
        foreach (var key in SpareParts.Prepend(NewCompressor))
        {
            yield return new(
                "air-compressor",
                key,
                "mes",
                Values(
                    ("model", "FL-AC65"),
                    ("manufacturer", "风澜动力"),
                    ("serialNumber", $"FL65S{key[^6..]}"),
                    ("firmwareVersion", "2.1.4"),
                    ("ratedFlow", draws.Normal(65, 0.6, 1)),
                    ("manufacturedDate", Day(lastDay.AddDays(-20))),
                    ("supplier", "风澜动力"),
                    ("result", "pass")
                )
            );
        }
        yield return new(
            "pallet",
            SparePallet,
            "wms",
            Values(("palletCode", SparePallet), ("kind", "wood"), ("tare", 18), ("shared", true), ("state", "in-use"))
        );
        yield return new(
            "order",
            SpareOrder,
            "erp",
            Values(
                ("orderNumber", SpareOrder),
                ("orderType", "sales"),
                ("partner", "远航专用车"),
                ("product", "空压机 FL-AC65"),
                ("quantity", Spares),
                ("quantityUnit", "件"),
                ("orderDate", Day(lastDay.AddDays(-6))),
                ("state", "released")
            )
        );
    }

    private static IEnumerable<DemoItem> Papers(SeededRandom draws, DateOnly lastDay)
    {
        yield return new(
            "software-package",
            $"SW-FCU-{NewFirmware}",
            "mes",
            Values(
                ("name", "ZK-FCU3"),
                ("packageVersion", NewFirmware),
                ("fileDigest", draws.Digest()),
                ("releasedDate", Day(lastDay.AddDays(-14))),
                ("state", "released")
            )
        );
        yield return new(
            "service-case",
            ReplacementCase,
            "erp",
            Values(
                ("caseNumber", ReplacementCase),
                ("complaint", "空压机异响"),
                ("action", "更换空压机"),
                ("mileage", 1830),
                ("state", "closed")
            )
        );
        yield return new(
            "service-case",
            FirmwareCase,
            "erp",
            Values(
                ("caseNumber", FirmwareCase),
                ("action", "控制器升级"),
                ("softwareBefore", "5.0.2"),
                ("softwareAfter", NewFirmware),
                ("state", "closed")
            )
        );
        yield return new(
            "disposal",
            Disposal,
            "erp",
            Values(
                ("disposalNumber", Disposal),
                ("method", "recycle"),
                ("platinumRecovered", 6.9m),
                ("disposedDate", Day(lastDay)),
                ("certificate", draws.Digest())
            )
        );
    }

    private static Dictionary<string, object> Values(params (string Code, object Value)[] values) =>
        values.ToDictionary(value => value.Code, value => value.Value);
}
