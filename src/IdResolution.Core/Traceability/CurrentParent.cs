using System.Runtime.CompilerServices;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Tells what an item is in, by the same rule as a trace.</summary>
internal sealed class CurrentParent(IGraphReader store, long number)
{
    private const int FirstParts = 16;
    private const int MostParts = 16_384;

    private static readonly MemberRole[] s_child = [MemberRole.Child];

    /// <summary>What an item is in, what that is in, and so on, as far as anything real goes.</summary>
    public async IAsyncEnumerable<(ItemEvent Part, long Parent)> ClimbAsync(
        long item,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        long until = long.MaxValue
    )
    {
        for (var depth = 0; depth < PlaceFinder.Deepest; depth++)
        {
            if (await FindAsync(item, cancellationToken, until) is not { } found)
            {
                yield break;
            }
            yield return found;
            item = found.Parent;
        }
    }

    /// <summary>
    /// The last assembly that still holds, as the item's part in it, and the number of the parent; null if it is in
    /// nothing. With a time, as it was then.
    /// </summary>
    public async ValueTask<(ItemEvent Part, long Parent)?> FindAsync(
        long item,
        CancellationToken cancellationToken,
        long until = long.MaxValue
    )
    {
        var containment = new Containment(store, number);
        var seen = 0;
        for (var limit = FirstParts; ; limit *= 16)
        {
            var parts = await store.PartsAsync(item, s_child, number, limit, cancellationToken);
            for (; seen < parts.Count; seen++)
            {
                var part = parts[seen];
                if (part.Time > until)
                {
                    continue;
                }
                foreach (var parent in await store.MembersAsync([part.Event], [MemberRole.Parent], cancellationToken))
                {
                    var end = await containment.EndAsync(parent.Item, item, part.Time, part.Event, cancellationToken);
                    if (end > until || end == long.MaxValue)
                    {
                        return (part, parent.Item);
                    }
                }
            }
            if (parts.Count < limit || limit >= MostParts)
            {
                return null;
            }
        }
    }
}
