namespace IdResolution.Core.Traceability;

/// <summary>What events say that an order without lines covers: what is moved and shipped for it.</summary>
/// <param name="Items">The numbers of what is covered; of a pallet, of what was on it.</param>
/// <param name="Templates">The codes of their templates: what is like them counts for the order too.</param>
/// <param name="IsNoOrder">True if it covers nothing, and its template is that of something else.</param>
internal sealed record OrderPlan(IReadOnlySet<long> Items, IReadOnlySet<string> Templates, bool IsNoOrder)
{
    /// <summary>Nothing is known to be planned, and nothing is judged by it.</summary>
    public static OrderPlan None { get; } = new(new HashSet<long>(), new HashSet<string>(), IsNoOrder: false);

    /// <summary>True if items are judged by it.</summary>
    public bool Any => Items.Count > 0;

    /// <summary>True if an item is covered, or something of its template.</summary>
    public bool Names(long item, string? template) =>
        Items.Contains(item) || (template is not null && Templates.Contains(template));
}
