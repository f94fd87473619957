namespace IdResolution.Server.Demo;

/// <summary>An item of the demonstration plant, as the plant's systems would register it.</summary>
/// <param name="Template">A template code of the fuel-cell pack.</param>
/// <param name="SourceKey">The item's key, unique in its source.</param>
/// <param name="Source"><c>mes</c>, <c>wms</c> or <c>erp</c>.</param>
/// <param name="Attributes">
/// Values by attribute code: string, int, decimal, bool, a reference or a list of strings; dates are <c>yyyy-MM-dd</c>
/// and date-times RFC 3339 strings.
/// </param>
internal sealed record DemoItem(
    string Template,
    string SourceKey,
    string Source,
    IReadOnlyDictionary<string, object> Attributes
)
{
    /// <summary>Of an MEA piece, how it was pressed; null for all else.</summary>
    public PressRun? Run { get; init; }
}
