namespace IdResolution.Core.Traceability;

/// <summary>Takes what a walk finds, as it finds it. An item comes before the links that lead to it.</summary>
public interface ITraceSink
{
    /// <summary>The memory of what it has and has not sent yet, about.</summary>
    long Bytes => 0;

    /// <summary>Takes an item that was not found before.</summary>
    void Node(in TraceNode node);

    /// <summary>Takes a link between two items that were found.</summary>
    void Link(in TraceLink link);

    /// <summary>
    /// Called after some items or links, at most ten thousand links: a writer sends what it has. False ends the walk.
    /// </summary>
    ValueTask<bool> PauseAsync(CancellationToken cancellationToken);
}
