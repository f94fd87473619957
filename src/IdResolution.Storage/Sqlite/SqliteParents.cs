using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>What items are part of at one time, in the writer's transaction.</summary>
internal sealed class SqliteParents(EventStatements statements, long time) : IParents
{
    private readonly List<(long Event, long Time)> _parts = [];
    private readonly List<long> _named = [];

    /// <inheritdoc/>
    public int AddParents(long item, List<long> parents)
    {
        _parts.Clear();
        var find = statements.ChildParts.Bind(1, item).Bind(2, time);
        while (find.Step())
        {
            _parts.Add((find.Int64(0), find.Int64(1)));
        }
        foreach (var part in _parts)
        {
            _named.Clear();
            var named = statements.ParentsIn.Bind(1, part.Event);
            while (named.Step())
            {
                _named.Add(named.Int64(0));
            }
            foreach (var parent in _named)
            {
                if (!parents.Contains(parent) && !IsTakenOut(item, parent, part.Event, part.Time))
                {
                    parents.Add(parent);
                }
            }
        }
        return _parts.Count;
    }

    private bool IsTakenOut(long item, long parent, long from, long at) =>
        statements.IsTakenOut.Bind(1, item).Bind(2, parent).Bind(3, from).Bind(4, at).Bind(5, time).Number() > 0;
}
