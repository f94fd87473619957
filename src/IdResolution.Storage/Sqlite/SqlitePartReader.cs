using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>What items are part of, in the writer's transaction. Used for one walk.</summary>
internal sealed class SqlitePartReader(EventStatements statements) : IPartReader
{
    private readonly HashSet<long> _named = [];

    /// <inheritdoc/>
    public void Read(long item, PartGraph graph)
    {
        Name(item, graph);
        var numbers = graph.NumbersOf(item);
        var parents = new HashSet<long>();
        foreach (var number in numbers)
        {
            for (var parts = statements.ChildParts.Bind(1, number); parts.Step(); parents.Add(parts.Int64(2)))
            {
                graph.AddParent(number, parts.Int64(2), TimeOf(parts));
            }
        }
        // What most events build in is part of nothing yet: then nothing can have taken it out.
        if (graph.IsPart(item))
        {
            foreach (var number in numbers)
            {
                for (var parts = statements.RemovedParts.Bind(1, number); parts.Step(); )
                {
                    graph.AddEnd(number, parts.Int64(2), TimeOf(parts));
                }
            }
        }
        foreach (var parent in parents)
        {
            // Until it is healed, a parent that was registered later is named by another number.
            if (statements.RecordBehind.Bind(1, parent).Number() is > 0 and var record)
            {
                graph.AddBefore(record, parent);
            }
        }
    }

    /// <inheritdoc/>
    public void ReadEmptied(long item, PartGraph graph)
    {
        Name(item, graph);
        foreach (var number in graph.NumbersOf(item))
        {
            for (var parts = statements.Emptied.Bind(1, number); parts.Step(); )
            {
                graph.AddEnd(0, number, TimeOf(parts));
            }
        }
    }

    /// <summary>Tells the graph the numbers that an item had before it was registered.</summary>
    private void Name(long item, PartGraph graph)
    {
        if (!_named.Add(item))
        {
            return;
        }
        var before = new List<long>();
        for (var find = statements.Before.Bind(1, item); find.Step(); )
        {
            before.Add(find.Int64(0));
        }
        foreach (var number in before)
        {
            graph.AddBefore(item, number);
        }
    }

    private static PartTime TimeOf(Statement part) => new(part.Int64(0), part.Int64(1));
}
