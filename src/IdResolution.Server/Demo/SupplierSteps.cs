using IdResolution.Core.Traceability;
using static IdResolution.Server.Demo.PlantThings;

namespace IdResolution.Server.Demo;

/// <summary>What the suppliers of the demonstration plant tell of how their lots were made.</summary>
internal static class SupplierSteps
{
    /// <summary>The steps of a lot, without times, and how many days after its day they were.</summary>
    public static (int Days, EventRequest Made)[] Of(DemoItem lot) =>
        lot.Template switch
        {
            "catalyst-lot" =>
            [
                Step(
                    lot,
                    0,
                    "impregnation",
                    Measured("temperature", 80, "CEL"),
                    Measured("pH", 9.2m, "pH"),
                    Measured("stirringSpeed", 300, "r/min")
                ),
                Step(
                    lot,
                    1,
                    "calcination-reduction",
                    Measured("temperature", 320, "CEL"),
                    Measured("pressure", 0.1m, "MPA"),
                    Measured("particleSize", lot.Attributes["particleSize"], "nm"),
                    Measured("dispersion", 38, "P1"),
                    Measured("energyUsed", 210, "KWH")
                ),
            ],
            "membrane-roll" =>
            [
                Step(lot, 0, "casting", Noted("rawLot", "QL-D20"), Measured("temperature", 160, "CEL")),
                Step(
                    lot,
                    10,
                    "durability-test",
                    Measured("cycles", 20_000, "C62"),
                    Measured("conductivityDecay", 6.5m, "P1") with
                    {
                        High = "10",
                    }
                ),
            ],
            "gdl-lot" =>
            [
                Step(
                    lot,
                    0,
                    "carbonising",
                    Measured("temperature", 2_000, "CEL"),
                    Noted("atmosphere", "N₂"),
                    Measured("crystallinity", 72, "P1")
                ),
                Step(
                    lot,
                    1,
                    "hydrophobic-treatment",
                    Measured("ptfeContent", lot.Attributes["ptfeContent"], "P1"),
                    Measured("time", 30, "MIN"),
                    Measured("contactAngle", lot.Attributes["contactAngle"], "DD"),
                    Measured("surfaceEnergy", 18, "mJ/m²")
                ),
            ],
            _ => [],
        };

    private static (int Days, EventRequest Made) Step(
        DemoItem lot,
        int days,
        string step,
        params EventMeasurement[] measurements
    ) =>
        (
            days,
            new EventRequest
            {
                Type = step.EndsWith("-test", StringComparison.Ordinal) ? "inspect" : "operate",
                Items = [Thing(lot)],
                Step = Named(step),
                Measurements = measurements,
            }
        );
}
