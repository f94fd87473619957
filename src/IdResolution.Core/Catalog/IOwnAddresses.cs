namespace IdResolution.Core.Catalog;

/// <summary>Knows the addresses that this node itself is found at.</summary>
public interface IOwnAddresses
{
    /// <summary>True if a route leads to this very node: who followed it would go round in a circle.</summary>
    bool IsThisNode(PrefixRoute route);
}
