namespace IdResolution.Core.Catalog;

/// <summary>Finds the nodes that resolvers of a prefix are sent on to. Thread-safe.</summary>
public sealed class PrefixRoutes(CatalogHolder catalog, IOwnAddresses own)
{
    /// <summary>
    /// The route of a homed prefix to a node of the enterprise's own; null if this node answers. Another node on the
    /// store may have taken the address of this one for the enterprise's: then this one answers too.
    /// </summary>
    public PrefixRoute? Find(string prefix) =>
        catalog.Current.FindRoute(prefix) is { } route && !own.IsThisNode(route) ? route : null;
}
