using static IdResolution.Server.Demo.PlantFormats;

namespace IdResolution.Server.Demo;

/// <summary>
/// The demonstration plant's defect codes and tools, what it keeps for spare parts, and the papers of service and
/// disposal.
/// </summary>
internal static class PlantMasterData
{
    /// <summary>The mould of the plates.</summary>
    public const string Mould = "TL-001";

    /// <summary>The camera that looks at pieces.</summary>
    public const string Camera = "EQ-021";

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

    /// <summary>The firmware that controllers come with.</summary>
    public const string OldFirmware = "5.0.2";

    /// <summary>A stack of which the line sent no events: nobody knows what is in it.</summary>
    public const string UnlinkedStack = "STK-900000";

    private const int Spares = 6;

    private static readonly (string Code, string Zh, string En, string Class, string Step)[] s_defects =
    [
        ("low-cell-voltage", "单电池电压低", "low cell voltage", "electrical", "activation"),
        (PlantProduction.Leak, "气密不合格", "leak", "leak", "sorting"),
        (PlantProduction.Appearance, "外观不合格", "appearance", "other", "sorting"),
        (PlantProduction.Pinhole, "针孔", "pinhole", "pinhole", "coating"),
    ];

    /// <summary>The keys of the spare parts on the pallet.</summary>
    public static IEnumerable<string> SpareParts =>
        Enumerable.Range(1, Spares).Select(number => $"ACP-{900000 + number}");

    /// <summary>The key of the software package of a version of the firmware.</summary>
    public static string PackageOf(string version) => $"SW-FCU-{version}";

    /// <summary>All of it.</summary>
    public static IEnumerable<DemoItem> Items(SeededRandom draws, IReadOnlyList<BuiltSystem> systems, DateOnly lastDay)
    {
        foreach (var (code, zh, en, kind, step) in s_defects)
        {
            yield return new(
                "defect-code",
                code,
                "mes",
                Values(
                    ("defectCode", code),
                    ("nameZh", zh),
                    ("nameEn", en),
                    ("class", kind),
                    ("severity", "major"),
                    ("step", step)
                )
            );
        }
        yield return Unlinked(lastDay);
        yield return new(
            "equipment",
            Camera,
            "mes",
            Values(
                ("assetNumber", "HQ-SB-0021"),
                ("name", "膜电极图像检测机"),
                ("location", "二车间"),
                ("state", "running")
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
                ("product", new DemoReference("erp", "HQ-BP400")),
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
        yield return Scrapped(draws, systems, lastDay);
    }

    private static DemoItem Unlinked(DateOnly lastDay) =>
        new(
            "stack",
            UnlinkedStack,
            "mes",
            Values(
                ("model", "HQ-S20"),
                ("manufacturer", Plant),
                ("serialNumber", "HQSR00001"),
                ("ratedPower", 20),
                ("manufacturedDate", Day(lastDay.AddDays(-5))),
                ("remark", "返修线未上传装配事件 / the repair line sent no events")
            )
        );

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
            PackageOf(OldFirmware),
            "mes",
            Values(
                ("name", "ZK-FCU3"),
                ("packageVersion", OldFirmware),
                ("fileDigest", PlantProduction.FirmwareDigest),
                ("releasedDate", Day(lastDay.AddDays(-200))),
                ("state", "released")
            )
        );
        yield return new(
            "software-package",
            PackageOf(NewFirmware),
            "mes",
            Values(
                ("name", "ZK-FCU3"),
                ("packageVersion", NewFirmware),
                ("fileDigest", draws.Digest()),
                ("releasedDate", Day(lastDay.AddDays(-14))),
                ("replaces", new DemoReference("mes", PackageOf(OldFirmware))),
                ("state", "released")
            )
        );
        yield return new(
            "service-case",
            ReplacementCase,
            "erp",
            Values(
                ("caseNumber", ReplacementCase),
                ("object", new DemoReference("mes", PlantProduction.SystemOf(SoldEvents.Served))),
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
                ("object", new DemoReference("mes", PlantProduction.ControllerOf(SoldEvents.Served))),
                ("action", "控制器升级"),
                ("softwareBefore", OldFirmware),
                ("softwareAfter", NewFirmware),
                ("state", "closed")
            )
        );
    }

    /// <summary>The paper of the stack that was scrapped; before that it is a form.</summary>
    private static DemoItem Scrapped(SeededRandom draws, IReadOnlyList<BuiltSystem> systems, DateOnly lastDay)
    {
        var values = Values(
            ("disposalNumber", Disposal),
            ("method", "recycle"),
            ("recycler", new DemoReference("erp", PlantDesigns.CompanyOf(PlantDesigns.Recycler))),
            ("certificate", draws.Digest())
        );
        var left = PlantOrders.LeavesOn(systems, SoldEvents.Returned);
        if (SoldEvents.ScrappedOn(left, lastDay) is { } day)
        {
            var before = systems.Take(SoldEvents.Returned - 1).Sum(system => system.Stacks);
            values["object"] = new DemoReference("mes", PlantProduction.StackOf(before + 1));
            values["platinumRecovered"] = SoldEvents.PlatinumRecovered;
            values["recovered"] = new[] { FormattableString.Invariant($"steel;{SoldEvents.SteelRecovered}") };
            values["disposedDate"] = Day(day);
        }
        return new("disposal", Disposal, "erp", values);
    }
}
