using System.Data.Common;
using IdResolution.Core.Identifiers;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Reads what the items of a group are part of, upwards from the parents that its events name. What the group's own
/// events say is added.
/// </summary>
internal sealed class PartLookups
{
    private readonly Dictionary<long, LookupKey> _keys = [];
    private readonly HashSet<long> _read = [];
    private List<long> _unread = [];

    /// <summary>What was read.</summary>
    public PartGraph Graph { get; } = new();

    /// <summary>What events that are voided had taken out, by the event.</summary>
    public Dictionary<long, List<(long Item, long Time)>> Freed { get; } = [];

    /// <summary>The items that were read.</summary>
    public IReadOnlyCollection<long> Read => _read;

    public void Clear()
    {
        Graph.Clear();
        Freed.Clear();
        _keys.Clear();
        _read.Clear();
        _unread.Clear();
    }

    /// <summary>Asks for what the events of the parameter <c>@voided</c> took out.</summary>
    public void AskFreed(LookupBatch batch)
    {
        batch.Ask(SqlServerEventStatements.LookUpFreed, TakeFreed);
        batch.Ask(SqlServerEventStatements.LookUpFreedByEmptying, TakeFreed);
    }

    /// <summary>Asks for what some items are part of.</summary>
    public void Ask(LookupBatch batch, List<NumberRow> items, bool hasGs1Keys)
    {
        _read.UnionWith(items.Select(i => i.Number));
        batch.Ask(
            SqlServerEventStatements.LookUpParents,
            "@walked",
            SqlServerEventRows.Numbers,
            items,
            row =>
            {
                Graph.AddParent(row.GetInt64(0), row.GetInt64(3), TimeOf(row));
                _unread.Add(row.GetInt64(3));
            }
        );
        batch.Ask(
            SqlServerEventStatements.LookUpRemoved,
            row => Graph.AddEnd(row.GetInt64(0), row.GetInt64(3), TimeOf(row))
        );
        batch.Ask(SqlServerEventStatements.LookUpEmptied, row => Graph.AddEnd(0, row.GetInt64(0), TimeOf(row)));
        batch.Ask(SqlServerEventStatements.LookUpKeysOfRecords, TakeKey);
        batch.Ask(SqlServerEventStatements.LookUpKeysOfUnregistered, TakeKey);
        batch.Ask(SqlServerEventStatements.LookUpWalkedBefore, TakeBefore);
        batch.Ask(SqlServerEventStatements.LookUpRecordsBehind, TakeBefore);
        if (hasGs1Keys)
        {
            batch.Ask(SqlServerEventStatements.LookUpWalkedBeforeByUri, TakeBefore);
            batch.Ask(SqlServerEventStatements.LookUpRecordsBehindUris, TakeBefore);
        }
    }

    /// <summary>The items that were found since, and must be read too.</summary>
    public IReadOnlyList<long> TakeUnread()
    {
        var next = _unread.FindAll(i => !_read.Contains(i));
        _unread = [];
        if (_read.Count <= CycleWalk.MostItems)
        {
            return next;
        }
        Graph.LeaveOut(next);
        return [];
    }

    /// <summary>The key of an item that was read.</summary>
    public LookupKey KeyOf(long item) => _keys.GetValueOrDefault(item);

    private static PartTime TimeOf(DbDataReader row) => new(row.GetInt64(2), row.GetInt64(1));

    private void TakeKey(DbDataReader row) => _keys[row.GetInt64(0)] = new LookupKey((byte[])row.GetValue(1));

    private void TakeBefore(DbDataReader row)
    {
        Graph.AddBefore(row.GetInt64(0), row.GetInt64(1));
        _unread.Add(row.GetInt64(0));
        _unread.Add(row.GetInt64(1));
    }

    private void TakeFreed(DbDataReader row)
    {
        if (!Freed.TryGetValue(row.GetInt64(0), out var all))
        {
            Freed.Add(row.GetInt64(0), all = []);
        }
        all.Add((row.GetInt64(1), row.GetInt64(2)));
    }
}
