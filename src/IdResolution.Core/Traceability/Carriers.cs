using IdResolution.Core.Catalog;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells pallets and other carriers, which goods stand on, from assemblies, which they are built into. An assembly has
/// a template with a rule of links of kind contains. For a balance, what has no template is one too.
/// </summary>
internal static class Carriers
{
    /// <summary>True if what is in an item of a template is a part of it.</summary>
    public static bool IsAssembly(string? template, NodeCatalog catalog) =>
        template is not null
        && catalog.FindPublished(template)?.Trace?.Links.Any(static rule => rule.Type == "contains") == true;

    /// <summary>True if goods stand on an item of a template, and are no parts of it.</summary>
    public static bool IsCarrier(string? template, NodeCatalog catalog) =>
        template is not null && !IsAssembly(template, catalog);
}
