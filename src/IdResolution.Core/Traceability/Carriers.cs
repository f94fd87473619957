using IdResolution.Core.Catalog;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells pallets and other carriers, which goods stand on, from assemblies, which they are built into. An assembly has
/// a template with a rule of links of kind contains. For a balance, what has no template is one too.
/// </summary>
internal static class Carriers
{
    private const int EventsAtOnce = 256;

    private static readonly MemberRole[] s_parents = [MemberRole.Parent, MemberRole.RemovedFrom];

    /// <summary>True if what is in an item of a template is a part of it.</summary>
    public static bool IsAssembly(string? template, NodeCatalog catalog) =>
        template is not null
        && catalog.FindPublished(template)?.Trace?.Links.Any(static rule => rule.Type == "contains") == true;

    /// <summary>True if goods stand on an item of a template, and are no parts of it.</summary>
    public static bool IsCarrier(string? template, NodeCatalog catalog) =>
        template is not null && !IsAssembly(template, catalog);

    /// <summary>Parts without those that only put the item on a carrier, or took it off one.</summary>
    public static async ValueTask<IReadOnlyList<ItemEvent>> WithoutAsync(
        IReadOnlyList<ItemEvent> parts,
        IGraphReader graph,
        NodeCatalog catalog,
        CancellationToken cancellationToken
    )
    {
        var found = new HashSet<long>();
        foreach (var some in parts.Where(IsWithin).Select(static p => p.Event).Distinct().Chunk(EventsAtOnce))
        {
            var members = await graph.MembersAsync(some, s_parents, cancellationToken);
            long[] parents = [.. members.Select(static m => m.Item).Distinct()];
            var carriers = (await graph.ItemsAsync(parents, cancellationToken))
                .Where(item => IsCarrier(item.Template, catalog))
                .Select(static item => item.Number)
                .ToHashSet();
            found.UnionWith(members.Where(m => carriers.Contains(m.Item)).Select(static m => m.Event));
        }
        return found.Count == 0 ? parts : [.. parts.Where(part => !IsWithin(part) || !found.Contains(part.Event))];
    }

    private static bool IsWithin(ItemEvent part) => part.Role is MemberRole.Child or MemberRole.Removed;
}
