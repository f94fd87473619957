namespace IdResolution.Core.Traceability;

/// <summary>
/// The item that somebody asks about, as a front end decodes it: an identifier or a URI, or in its place a business
/// key, or a search that finds it.
/// </summary>
/// <param name="Text">The identifier or URI.</param>
/// <param name="Source">The system that knows the item, with its key there.</param>
/// <param name="SourceKey">The item's key in that system.</param>
/// <param name="Prefix">With a key: the item's prefix, where items of several prefixes have it.</param>
public sealed record ItemAsked(string? Text, string? Source = null, string? SourceKey = null, string? Prefix = null)
{
    /// <summary>What is asked for; null where nothing is said.</summary>
    public static ItemAsked? Of(string? text, string? source = null, string? sourceKey = null) =>
        text is null && source is null && sourceKey is null ? null : new(text, source, sourceKey);

    /// <summary>The search that finds it; null where it is named.</summary>
    public ItemSearch? Search { get; init; }

    /// <summary>True where it is named by a business key.</summary>
    public bool IsByKey => Source is not null || SourceKey is not null || Prefix is not null;
}
