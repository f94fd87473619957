namespace IdResolution.HandleProtocol.Security;

/// <summary>A permission of the holder of an HS_CERT: what he may sign.</summary>
/// <param name="Handle">The handle or prefix that the permission is for; null with <see cref="Everything"/>.</param>
/// <param name="Permission">One of the constants of this type. Any other text permits nothing.</param>
public sealed record HandlePermission(string? Handle, string Permission)
{
    /// <summary>The holder may sign every handle.</summary>
    public const string Everything = "everything";

    /// <summary>The holder may sign prefixes that are derived from the handle's prefix.</summary>
    public const string DerivedPrefixes = "derivedPrefixes";

    /// <summary>The holder may sign handles under the prefix.</summary>
    public const string HandlesUnderThisPrefix = "handlesUnderThisPrefix";

    /// <summary>The holder may sign this handle only.</summary>
    public const string ThisHandle = "thisHandle";
}
