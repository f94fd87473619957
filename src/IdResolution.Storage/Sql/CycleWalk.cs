using IdResolution.Core.Events;

namespace IdResolution.Storage.Sql;

/// <summary>Gives what items are part of at one time.</summary>
internal interface IParents
{
    /// <summary>
    /// Adds the numbers of what an item is part of, and returns the number of parts that were looked at.
    /// </summary>
    int AddParents(long item, List<long> parents);
}

/// <summary>
/// Looks whether a child would contain its own parent: walks up from the parents of a new event. The walk is bounded;
/// where it does not come to an end, the event is taken.
/// </summary>
internal sealed class CycleWalk(IParents parents)
{
    private const int MaxSteps = 10_000;

    /// <summary>The items from a parent up to a child of the event; null if there is no such way.</summary>
    /// <param name="members">What the event names.</param>
    /// <param name="items">The number of each; 0 for what is new, which is part of nothing.</param>
    public List<long>? Find(IReadOnlyList<EventMember> members, long[] items)
    {
        var children = new HashSet<long>();
        var from = new Dictionary<long, long>();
        var queue = new Queue<long>();
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] > 0 && members[i].Role == MemberRole.Child)
            {
                children.Add(items[i]);
            }
            else if (items[i] > 0 && members[i].Role == MemberRole.Parent && from.TryAdd(items[i], 0))
            {
                queue.Enqueue(items[i]);
            }
        }
        return children.Count == 0 ? null : Find(children, from, queue);
    }

    private List<long>? Find(HashSet<long> children, Dictionary<long, long> from, Queue<long> queue)
    {
        var above = new List<long>();
        for (var steps = 0; steps < MaxSteps && queue.TryDequeue(out var item); steps++)
        {
            if (children.Contains(item))
            {
                return PathTo(item, from);
            }
            above.Clear();
            steps += parents.AddParents(item, above);
            foreach (var parent in above)
            {
                if (from.TryAdd(parent, item))
                {
                    queue.Enqueue(parent);
                }
            }
        }
        return null;
    }

    private static List<long> PathTo(long item, Dictionary<long, long> from)
    {
        var path = new List<long>();
        for (; item != 0; item = from[item])
        {
            path.Add(item);
        }
        path.Reverse();
        return path;
    }
}
