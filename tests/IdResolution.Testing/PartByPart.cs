using IdResolution.Core.Events;

namespace IdResolution.Testing;

/// <summary>The plain way of <see cref="IEventStore.SumAsync"/>.</summary>
public static class PartByPart
{
    private const int MostParts = 1_000_000;

    private static readonly MemberRole[] s_holders = [MemberRole.Parent, MemberRole.RemovedFrom];

    /// <summary>Sums the parts of an item up one by one: what a store sums up by itself must come to the same.</summary>
    public static async ValueTask<IReadOnlyCollection<PartSum>> SumAsync(
        IGraphReader graph,
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        long until,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(graph);
        var sums = new PartSums();
        foreach (var part in await graph.PartsAsync(item, roles, number, MostParts, cancellationToken))
        {
            if (part.Time > until)
            {
                continue;
            }
            string? holder = null;
            if (part.Role is MemberRole.Child or MemberRole.Removed)
            {
                var members = await graph.MembersAsync([part.Event], s_holders, cancellationToken);
                long[] holders = [.. members.Select(static member => member.Item)];
                var items = await graph.ItemsAsync(holders, cancellationToken);
                holder = items.Select(static item => item.Template).Min(StringComparer.Ordinal);
            }
            sums.Add(part.Role, part.Quantity, part.Unit, holder, 1, (part.Time, part.Event));
        }
        return sums.All;
    }
}
