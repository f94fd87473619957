using IdResolution.Core.Catalog;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells what lies on no shelf: orders, certificates and software have records and events, and are no goods. It is told
/// by the category of the newest version of a template.
/// </summary>
internal static class Papers
{
    /// <summary>The category of orders, certificates and the like.</summary>
    public const string Documents = "document";

    private const string DigitalAssets = "digital-asset";

    /// <summary>True if what is of a template is no goods.</summary>
    public static bool Are(string template, NodeCatalog catalog) =>
        catalog.FindPublished(template)?.Category is Documents or DigitalAssets;
}
