using System.Globalization;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Demo;

/// <summary>How the demonstration plant's systems name things in events, and say what was measured.</summary>
internal static class PlantThings
{
    /// <summary>An item by its key.</summary>
    public static ThingRequest Thing(DemoItem item, string? quantity = null, string? unit = null) =>
        new()
        {
            Source = item.Source,
            SourceKey = item.SourceKey,
            Quantity = quantity,
            Unit = unit,
        };

    /// <summary>Several items.</summary>
    public static IReadOnlyList<ThingRequest> Things(IEnumerable<DemoItem> items) =>
        [.. items.Select(item => Thing(item))];

    /// <summary>A machine by its number; the MES knows it.</summary>
    public static ThingRequest Machine(string key) => new() { Source = "mes", SourceKey = key };

    /// <summary>The machine that coats a batch: each line has one.</summary>
    public static string CoaterOf(DemoItem batch) => batch.Attributes["line"] is "CCM-L1" ? "EQ-004" : "EQ-005";

    /// <summary>Something that the WMS knows, such as a place.</summary>
    public static ThingRequest Stored(string key) => new() { Source = "wms", SourceKey = key };

    /// <summary>A paper that the ERP knows.</summary>
    public static ThingRequest Paper(string key) => new() { Source = "erp", SourceKey = key };

    /// <summary>One copy of a controller's software.</summary>
    public static ThingRequest Software(string version) =>
        Machine(PlantMasterData.PackageOf(version)) with
        {
            Quantity = "1",
            Unit = "C62",
        };

    /// <summary>A person by the job number; the ERP knows it.</summary>
    public static ThingRequest Person(string jobNumber) => new() { Source = "erp", SourceKey = jobNumber };

    /// <summary>The operator of an item.</summary>
    public static ThingRequest[] Operator(DemoItem item) => [Person((string)item.Attributes["operator"])];

    /// <summary>A text, such as a step.</summary>
    public static ThingRequest Named(string text) => new() { Text = text };

    /// <summary>A value that was measured.</summary>
    public static EventMeasurement Measured(string characteristic, object value, string unit, string? by = null) =>
        new()
        {
            Characteristic = characteristic,
            Value = Text(value),
            Unit = unit,
            Instrument = by,
        };

    /// <summary>A text in place of a value.</summary>
    public static EventMeasurement Noted(string characteristic, string text) =>
        new() { Characteristic = characteristic, Text = text };

    /// <summary>The greenhouse gases of all that an event made.</summary>
    public static EventMeasurement Carbon(string kilograms) => Measured("carbonFootprint", kilograms, "kgCO2e");

    /// <summary>The same of so many pieces, by what each of them has.</summary>
    public static EventMeasurement Carbon(decimal each, int pieces) =>
        Carbon((each * pieces).ToString(CultureInfo.InvariantCulture));

    /// <summary>An attribute of an item, in JSON's syntax where it is a number.</summary>
    public static string Text(DemoItem item, string attribute) => Text(item.Attributes[attribute]);

    /// <summary>The day of a time that an item has.</summary>
    public static DateOnly DayOf(DemoItem item, string attribute) =>
        DateOnly.ParseExact(Text(item, attribute)[..10], "yyyy-MM-dd");

    /// <summary>The day on which an item was made.</summary>
    public static DateOnly DayOf(DemoItem item) => DayOf(item, "manufacturedDate");

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
