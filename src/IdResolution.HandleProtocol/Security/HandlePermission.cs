namespace IdResolution.HandleProtocol.Security;

/// <summary>What the holder of an HS_CERT may sign.</summary>
/// <param name="Handle">The handle or prefix that the permission is about; null for <see cref="Everything"/>.</param>
/// <param name="Permission">One of the constants here, or a text that is not known and so permits nothing.</param>
public sealed record HandlePermission(string? Handle, string Permission)
{
    /// <summary>Every handle.</summary>
    public const string Everything = "everything";

    /// <summary>Prefixes derived from the handle.</summary>
    public const string DerivedPrefixes = "derivedPrefixes";

    /// <summary>Handles under the prefix.</summary>
    public const string HandlesUnderThisPrefix = "handlesUnderThisPrefix";

    /// <summary>The handle alone.</summary>
    public const string ThisHandle = "thisHandle";
}
