using static IdResolution.Server.Demo.PlantFormats;

namespace IdResolution.Server.Demo;

/// <summary>What the demonstration plant wrote down of items: inspections of what came in, and energy.</summary>
internal static class PlantRecords
{
    /// <summary>Who inspects what comes in.</summary>
    public const string Inspector = "HQ0023";

    /// <summary>The key of the inspection of a lot.</summary>
    public static string InspectionOf(DemoItem lot) => $"IQC-{lot.SourceKey}";

    /// <summary>The inspections of lots that came in.</summary>
    public static IEnumerable<DemoItem> Inspections(IEnumerable<ReceivedLot> received)
    {
        foreach (var lot in received)
        {
            var values = Values(
                ("inspectionNumber", InspectionOf(lot.Item)),
                ("object", new DemoReference(lot.Item.Source, lot.Item.SourceKey)),
                ("step", "incoming-inspection"),
                ("plan", new DemoReference("mes", PlantDesigns.IncomingPlan)),
                ("inspector", new DemoReference("erp", Inspector)),
                ("result", "pass"),
                ("disposition", "use")
            );
            if (lot.Item.Attributes.TryGetValue("certificate", out var certificate))
                values["reportDigest"] = certificate;
            yield return new("inspection", InspectionOf(lot.Item), "mes", values);
        }
    }

    /// <summary>The electricity that drying took, by batch.</summary>
    public static IEnumerable<DemoItem> Energy(IEnumerable<DemoItem> coated)
    {
        foreach (var batch in coated)
        {
            yield return new(
                "energy-record",
                $"EN-{batch.SourceKey}",
                "mes",
                Values(
                    ("object", new DemoReference(batch.Source, batch.SourceKey)),
                    ("step", "drying"),
                    ("medium", "electricity"),
                    ("quantity", (decimal)batch.Attributes["dryingTemperature"] * 2),
                    ("quantityUnit", "kWh"),
                    ("meter", new DemoReference("mes", PlantThings.CoaterOf(batch)))
                )
            );
        }
    }
}
