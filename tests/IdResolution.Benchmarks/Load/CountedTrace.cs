using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Traceability;
using IdResolution.Server.Hosting;

namespace IdResolution.Benchmarks.Load;

/// <summary>A trace through the core, of which no more is kept than is counted.</summary>
internal sealed class CountedTrace : ITraceSink
{
    public long Items { get; private set; }

    public long Links { get; private set; }

    /// <summary>The characters of the identifiers to which the links lead.</summary>
    public long Characters { get; private set; }

    /// <summary>Walks from an item to the end.</summary>
    /// <exception cref="InvalidOperationException">The trace was refused, or is not whole.</exception>
    public static async Task<CountedTrace> RunAsync(
        NodeContainer node,
        string root,
        TraceDirection direction,
        CancellationToken stop
    )
    {
        var query = new TraceQuery
        {
            Root = Identifier.Parse(root).Value,
            Direction = direction,
            Budget = TraceQuery.MaxBudget,
        };
        var begun = await node.Get<Tracer>().BeginAsync(query, Caller.Node, stop);
        if (!begun.TryGet(out var walk, out var error))
        {
            throw new InvalidOperationException(error.Message.En);
        }
        var counted = new CountedTrace();
        var end = (await walk.RunAsync(counted, stop)).Value;
        return end.IsComplete ? counted : throw new InvalidOperationException($"The trace of {root} is not whole.");
    }

    public void Node(in TraceNode node) => Items++;

    public void Link(in TraceLink link)
    {
        Links++;
        Characters += (link.Backward ? link.To : link.From).Spelling.Length;
    }

    public ValueTask<bool> PauseAsync(CancellationToken cancellationToken) => new(true);
}
