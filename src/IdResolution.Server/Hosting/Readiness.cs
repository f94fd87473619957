using IdResolution.Storage.Sql;

namespace IdResolution.Server.Hosting;

/// <summary>What <c>/readyz</c> and gRPC's health service say: whether this node should get traffic, and what of it is degraded. Thread-safe.</summary>
internal sealed class Readiness(Node node)
{
    // As full as this, callers are about to be refused.
    private const double Crowded = 0.8;

    private volatile bool _stopping;

    /// <summary>True where the node should get traffic: its database answers, and it is not about to stop.</summary>
    public bool IsReady => node.IsReady && !_stopping;

    /// <summary>From here on the node wants no more traffic.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Answers <c>/readyz</c>: 200 or 503, and a line for each part that is not well.</summary>
    public IResult Answer()
    {
        var lines = new List<string>();
        if (_stopping)
        {
            lines.Add("stopping: the node is about to end; requests are still answered");
        }
        if (node.IsStale)
        {
            lines.Add($"database: no answer for {node.Tail.Age.TotalSeconds:0} s; cached records are served, marked stale; writes are refused");
        }
        if (node.Store.QueueDepth > Crowded * INodeStore.MaxQueue)
        {
            lines.Add($"writes: {node.Store.QueueDepth} are waiting; beyond {INodeStore.MaxQueue} they are refused");
        }
        if (node.Store.IsReplicaAway)
        {
            lines.Add("replica: no answer; the primary is asked instead");
        }
        if (node.SharedCache is { IsDegraded: true, Reason: var reason })
        {
            lines.Add($"redis: {reason}; the store is asked instead");
        }
        lines.Insert(0, !IsReady ? "not ready" : lines.Count > 0 ? "degraded" : "ok");
        return Results.Text(string.Join('\n', lines) + "\n", statusCode: IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
