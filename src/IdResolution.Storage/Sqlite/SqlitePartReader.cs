using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>What items are part of, in the writer's transaction.</summary>
internal sealed class SqlitePartReader(EventStatements statements) : IPartReader
{
    /// <inheritdoc/>
    public void Read(long item, PartGraph graph)
    {
        List<long> numbers = [item, .. Numbers(statements.Before.Bind(1, item))];
        foreach (var before in numbers.Skip(1))
        {
            graph.AddBefore(item, before);
        }
        var parents = new HashSet<long>();
        foreach (var number in numbers)
        {
            for (var parts = statements.ChildParts.Bind(1, number); parts.Step(); parents.Add(parts.Int64(2)))
            {
                graph.AddParent(number, parts.Int64(2), TimeOf(parts));
            }
            for (var parts = statements.RemovedParts.Bind(1, number); parts.Step(); )
            {
                graph.AddEnd(number, parts.Int64(2), TimeOf(parts));
            }
            for (var parts = statements.Emptied.Bind(1, number); parts.Step(); )
            {
                graph.AddEnd(0, number, TimeOf(parts));
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

    private static PartTime TimeOf(Statement part) => new(part.Int64(0), part.Int64(1));

    private static List<long> Numbers(Statement find)
    {
        var numbers = new List<long>();
        while (find.Step())
        {
            numbers.Add(find.Int64(0));
        }
        return numbers;
    }
}
