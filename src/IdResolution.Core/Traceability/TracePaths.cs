namespace IdResolution.Core.Traceability;

/// <summary>Finds the ways from the root of a trace to one of its items.</summary>
internal static class TracePaths
{
    /// <summary>The greatest number of paths.</summary>
    public const int Most = 20;

    // Bounds the search where cycles make it go round.
    private const int MaxSteps = 1_000_000;

    /// <summary>
    /// The paths, each as its links from the root on; of two items next to each other one link alone.
    /// </summary>
    public static async ValueTask<IReadOnlyList<IReadOnlyList<TraceLink>>> ToAsync(
        TraceGraph graph,
        int target,
        TraceTurn turn,
        CancellationToken cancellationToken
    )
    {
        var before = new List<int>?[graph.Nodes.Count];
        for (var i = 0; i < graph.Links.Count; i++)
        {
            await turn.PauseAsync(i, cancellationToken);
            // Of a trace that goes on at a cursor, an end may stand on an earlier page.
            if (
                graph.PlaceOf(graph.Links[i].Link.Far) is var far and >= 0
                && graph.PlaceOf(graph.Links[i].Link.Near) >= 0
            )
            {
                (before[far] ??= []).Add(i);
            }
        }
        var paths = new List<IReadOnlyList<TraceLink>>();
        // Goes back from the target, so that each way leads to the root, from which all was found.
        var path = new List<int>();
        var places = new HashSet<int> { target };
        var tries = new Stack<(int Place, int Next, HashSet<int> Tried)>();
        tries.Push((target, 0, []));
        for (var steps = 0; tries.Count > 0 && paths.Count < Most && steps < MaxSteps; steps++)
        {
            await turn.PauseAsync(steps, cancellationToken);
            var (place, next, tried) = tries.Pop();
            if (place == 0 || before[place] is not { } links || next == links.Count)
            {
                if (place == 0 && path.Count > 0)
                {
                    paths.Add([.. path.AsEnumerable().Reverse().Select(link => graph.Links[link])]);
                }
                places.Remove(place);
                if (path.Count > 0)
                {
                    path.RemoveAt(path.Count - 1);
                }
                continue;
            }
            tries.Push((place, next + 1, tried));
            var near = graph.PlaceOf(graph.Links[links[next]].Link.Near);
            if (tried.Add(near) && places.Add(near))
            {
                path.Add(links[next]);
                tries.Push((near, 0, []));
            }
        }
        paths.Sort(static (left, right) => left.Count.CompareTo(right.Count));
        return paths;
    }
}
