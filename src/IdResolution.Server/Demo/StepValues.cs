using System.Globalization;
using IdResolution.Core.Traceability;
using static IdResolution.Server.Demo.PlantThings;

namespace IdResolution.Server.Demo;

/// <summary>
/// What the demonstration plant measures at its own steps. Nothing is drawn here: values are those that items have, or
/// follow from them and from their numbers.
/// </summary>
internal static class StepValues
{
    /// <summary>The set of parameters that the MES sends to the coating lines.</summary>
    private const string CoatingRecipe = "HQ-CCM-C07";

    /// <summary>Ink was mixed.</summary>
    public static EventMeasurement[] Mixing(DemoItem ink) =>
        [
            // At a shear rate of 1,000 a second so many mPa·s are as many Pa.
            Measured("shearStress", ink.Attributes["viscosity"], "PAL", "EQ-003"),
            Measured("viscosity", ink.Attributes["viscosity"], "mPa·s", "EQ-003"),
            Measured("solidsContent", ink.Attributes["solidsContent"], "P1"),
            // Lumps are what makes the particles larger than those of the powder.
            Measured("agglomeration", Rounded((decimal)ink.Attributes["particleSizeD50"] * 4, 1), "P1") with
            {
                High = "5",
            },
            Measured("temperature", Around(20, 0.4m, ink), "CEL").Within("20", "15", "25"),
            Measured("dispersingTime", ink.Attributes["dispersingTime"], "MIN"),
            Measured("stirringSpeed", 1_200, "r/min"),
            Carbon("10.3"),
        ];

    /// <summary>A batch was coated and dried.</summary>
    public static EventMeasurement[] Coating(DemoItem ccm) =>
        [
            Measured("ptLoading", ccm.Attributes["ptLoading"], "mg/cm²", "EQ-006").Within("0.4", "0.37", "0.43"),
            Measured("dryingTemperature", ccm.Attributes["dryingTemperature"], "CEL").Within("85", "80", "90"),
            Measured("coatingSpeed", ccm.Attributes["coatingSpeed"], "m/min").Within("5", "4.5", "5.5"),
            Measured("coatingThickness", ccm.Attributes["coatingThickness"], "µm", "EQ-006"),
            Noted("recipe", CoatingRecipe),
            Noted("image", Text(ccm, "image")),
            Noted("temperatureField", Text(ccm, "temperatureField")),
            Carbon("118"),
        ];

    /// <summary>What the camera of the coating line saw: pinholes in every fourth batch.</summary>
    public static EventDefect[] CoatingDefects(DemoItem ccm) =>
        NumberOf(ccm) % 4 == 3 ? [new EventDefect { Code = PlantProduction.Pinhole, Count = "2" }] : [];

    /// <summary>A batch was laid up.</summary>
    public static EventMeasurement[] Lamination(DemoItem batch) =>
        [
            Measured("pressure", Around(0.4m, 0.005m, batch), "MPA").Within("0.4", "0.35", "0.45"),
            Measured("time", 12, "SEC") with
            {
                Set = "12",
            },
            Carbon("36"),
        ];

    /// <summary>Pieces were pressed.</summary>
    public static EventMeasurement[] Pressing(PressRun run, int pieces) =>
        [
            Measured("temperature", run.Temperature, "CEL", run.Equipment)
                .Within($"{PressShop.SetTemperature}", $"{PressShop.LowTemperature}", $"{PressShop.HighTemperature}"),
            Measured("pressure", run.Pressure, "MPA", run.Equipment).Within("1.5", "1.3", "1.7"),
            Measured("time", run.Seconds, "SEC", run.Equipment).Within("45", "40", "50"),
            Carbon(0.4m, pieces),
        ];

    /// <summary>Pieces were looked at by the camera and tested for leaks; the leak is the highest of them.</summary>
    /// <param name="pieces">The pieces.</param>
    /// <param name="bench">The bench of the leak test.</param>
    /// <param name="run">What tells the images apart from others.</param>
    public static EventMeasurement[] Sorting(IReadOnlyList<DemoItem> pieces, string bench, string run) =>
        [
            Measured("leakRate", pieces.Max(piece => (decimal)piece.Attributes["leakRate"]), "mL/min", bench) with
            {
                High = MeaLine.MostLeak.ToString(CultureInfo.InvariantCulture),
            },
            Noted("image", PlantFormats.DigestOf($"image {run}")),
        ];

    /// <summary>Plates were stamped, cleaned, welded and coated, the last with this stroke of the mould.</summary>
    public static EventMeasurement[] Forming(IReadOnlyList<DemoItem> plates, int strokes) =>
        [
            Measured("strokes", strokes, "H87"),
            Measured("force", Around(2_500, 4, plates[0]), "kN", "EQ-012").Within("2500", "2450", "2550"),
            Measured("speed", 60, "mm/s", "EQ-012") with
            {
                Set = "60",
            },
            // Of the coating.
            Measured("temperature", Around(180, 0.5m, plates[0]), "CEL", "EQ-014").Within("180", "170", "190"),
            // What sprang back is what is not flat.
            Measured("springback", Rounded(Mean(plates, "flatness") / 1_000, 3), "MMT") with
            {
                High = "0.3",
            },
            Measured("adhesion", Around(12, 0.2m, plates[0]), "MPA") with
            {
                Low = "8",
            },
            Measured("roughness", Rounded(Mean(plates, "contactResistance") / 10, 2), "µm") with
            {
                High = "0.5",
            },
        ];

    /// <summary>A stack was piled up and clamped.</summary>
    public static EventMeasurement[] Stacking() =>
        [Measured("clampingForce", 18.5m, "kN") with { Set = "18.5" }, Carbon("37.5")];

    /// <summary>A system was put together.</summary>
    public static EventMeasurement[] Assembly(DemoItem system) =>
        [
            Measured("torque", Around(25, 0.4m, system), "N·m").Within("25", "22", "28"),
            Measured("fit", Around(0.3m, 0.02m, system), "MMT").Within(null, "0.1", "0.5"),
            Noted("image", PlantFormats.DigestOf($"camera {system.SourceKey}")),
        ];

    private static EventMeasurement Within(this EventMeasurement measured, string? set, string low, string high) =>
        measured with
        {
            Set = set,
            Low = low,
            High = high,
        };

    /// <summary>A value of an item that goes up and down by its number.</summary>
    private static decimal Around(decimal middle, decimal step, DemoItem item) =>
        middle + (step * ((NumberOf(item) * 3 % 5) - 2));

    private static decimal Mean(IReadOnlyList<DemoItem> items, string attribute) =>
        items.Average(item => (decimal)item.Attributes[attribute]);

    private static decimal Rounded(decimal value, int decimals) => Math.Round(value, decimals);

    private static int NumberOf(DemoItem item) =>
        int.Parse(item.SourceKey.AsSpan(item.SourceKey.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
}
