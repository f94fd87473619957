namespace IdResolution.Core.Analysis;

/// <summary>
/// A set of the items that are compared: how many, and a mark that two sets share only if they are the same.
/// </summary>
/// <param name="Bad">The bad items in it.</param>
/// <param name="Good">The good items in it.</param>
/// <param name="Mark">Made of all items in it, in whatever order.</param>
internal readonly record struct CauseSet(int Bad, int Good, ulong Mark)
{
    /// <summary>The set with one more item.</summary>
    public CauseSet With(int root, bool isBad) =>
        new(Bad + (isBad ? 1 : 0), Good + (isBad ? 0 : 1), Mark ^ MarkOf(root));

    /// <summary>The items of a feature that fall into some bins.</summary>
    public static CauseSet Of(CauseFeature feature, ulong bins, int bad)
    {
        var set = default(CauseSet);
        for (var i = 0; i < feature.Roots.Count; i++)
        {
            if ((feature.Masks[i] & bins) != 0)
            {
                set = set.With(feature.Roots[i], feature.Roots[i] < bad);
            }
        }
        return set;
    }

    /// <summary>True if it can tell anything: it has two items at least, and not all.</summary>
    public bool Tells(int all) => Bad + Good >= 2 && Bad + Good < all;

    // SplitMix64: the bits of neighbours have nothing in common.
    private static ulong MarkOf(int root)
    {
        var x = ((ulong)root + 1) * 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
