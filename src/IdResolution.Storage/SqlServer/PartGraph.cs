using System.Data.Common;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// What the items of a group are part of, upwards from the parents that its events name, as far as it was read, with
/// what the group's own events say. Voided events are not in it.
/// </summary>
internal sealed class PartGraph
{
    // As in CycleWalk: beyond it, events are taken unchecked.
    private const int MostItems = 10_000;

    private readonly Dictionary<long, List<Part>> _parents = [];
    private readonly Dictionary<long, List<Part>> _removed = [];
    private readonly Dictionary<long, List<Part>> _emptied = [];
    private readonly Dictionary<long, LookupKey> _keys = [];
    private readonly HashSet<long> _read = [];
    private readonly HashSet<long> _voided = [];
    private List<long> _unread = [];

    public void Clear()
    {
        _parents.Clear();
        _removed.Clear();
        _emptied.Clear();
        _keys.Clear();
        _read.Clear();
        _voided.Clear();
        _unread.Clear();
    }

    /// <summary>Asks for what some items are part of.</summary>
    public void Ask(LookupBatch batch, List<NumberRow> items)
    {
        _read.UnionWith(items.Select(i => i.Number));
        batch.Ask(
            SqlServerEventStatements.LookUpParents,
            "@walked",
            SqlServerEventRows.Numbers,
            items,
            row =>
            {
                Add(_parents, row.GetInt64(0), new Part(row.GetInt64(2), row.GetInt64(1), row.GetInt64(3)));
                _unread.Add(row.GetInt64(3));
            }
        );
        batch.Ask(
            SqlServerEventStatements.LookUpRemoved,
            row => Add(_removed, row.GetInt64(0), new Part(row.GetInt64(2), row.GetInt64(1), row.GetInt64(3)))
        );
        batch.Ask(
            SqlServerEventStatements.LookUpEmptied,
            row => Add(_emptied, row.GetInt64(0), new Part(row.GetInt64(2), row.GetInt64(1), 0))
        );
        batch.Ask(SqlServerEventStatements.LookUpKeysOfRecords, TakeKey);
        batch.Ask(SqlServerEventStatements.LookUpKeysOfUnregistered, TakeKey);
    }

    /// <summary>The items that were found since, and must be read too.</summary>
    public IReadOnlyList<long> TakeUnread()
    {
        var next = _read.Count > MostItems ? [] : _unread.FindAll(i => !_read.Contains(i));
        _unread = [];
        return next;
    }

    /// <summary>The key of an item that was read.</summary>
    public LookupKey KeyOf(long item) => _keys.GetValueOrDefault(item);

    /// <summary>Notes what an event of the group says.</summary>
    public void Note(EventWrite write, long objectNumber, long[] items)
    {
        var parents = Named(write, items, MemberRole.Parent);
        var from = Named(write, items, MemberRole.Parent, MemberRole.RemovedFrom);
        var removed = Named(write, items, MemberRole.Removed);
        foreach (var child in Named(write, items, MemberRole.Child))
        {
            parents.ForEach(p => Add(_parents, child, new Part(write.Time, objectNumber, p)));
        }
        foreach (var item in removed)
        {
            (from.Count == 0 ? [0L] : from).ForEach(p => Add(_removed, item, new Part(write.Time, objectNumber, p)));
        }
        if (removed.Count == 0)
        {
            var emptied = Named(write, items, MemberRole.RemovedFrom);
            emptied.ForEach(p => Add(_emptied, p, new Part(write.Time, objectNumber, 0)));
        }
    }

    /// <summary>Notes that an event of the group voids an event.</summary>
    public void Void(long objectNumber) => _voided.Add(objectNumber);

    /// <summary>What items are part of at a time.</summary>
    public IParents At(long time) => new Parents(this, time);

    private void TakeKey(DbDataReader row) => _keys[row.GetInt64(0)] = new LookupKey((byte[])row.GetValue(1));

    private static List<long> Named(EventWrite write, long[] items, params ReadOnlySpan<MemberRole> roles)
    {
        var named = new List<long>();
        for (var i = 0; i < items.Length; i++)
        {
            if (roles.Contains(write.Members[i].Role))
            {
                named.Add(items[i]);
            }
        }
        return named;
    }

    private static void Add(Dictionary<long, List<Part>> parts, long item, Part part)
    {
        if (!parts.TryGetValue(item, out var all))
        {
            parts.Add(item, all = []);
        }
        all.Add(part);
    }

    private readonly record struct Part(long Time, long Event, long Other)
    {
        public bool IsBetween(in Part from, long time) =>
            Time <= time && (Time > from.Time || (Time == from.Time && Event > from.Event));
    }

    private sealed class Parents(PartGraph graph, long time) : IParents
    {
        public int AddParents(long item, List<long> parents)
        {
            if (!graph._parents.TryGetValue(item, out var parts))
            {
                return 0;
            }
            foreach (var part in parts)
            {
                if (Counts(part) && part.Time <= time && !parents.Contains(part.Other) && !IsTakenOut(item, part))
                {
                    parents.Add(part.Other);
                }
            }
            return parts.Count;
        }

        private bool Counts(in Part part) => !graph._voided.Contains(part.Event);

        private bool IsTakenOut(long item, Part part) =>
            (
                graph._removed.TryGetValue(item, out var removed)
                && removed.Exists(r => Counts(r) && (r.Other == 0 || r.Other == part.Other) && r.IsBetween(part, time))
            )
            || (
                graph._emptied.TryGetValue(part.Other, out var emptied)
                && emptied.Exists(e => Counts(e) && e.IsBetween(part, time))
            );
    }
}
