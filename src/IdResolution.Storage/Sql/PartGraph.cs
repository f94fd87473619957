using IdResolution.Core.Events;

namespace IdResolution.Storage.Sql;

/// <summary>When an event happened; of those at one time the greater number is the later.</summary>
internal readonly record struct PartTime(long Time, long Event) : IComparable<PartTime>
{
    public int CompareTo(PartTime other) =>
        Time == other.Time ? Event.CompareTo(other.Event) : Time.CompareTo(other.Time);
}

/// <summary>From one time on and before another one, in microseconds.</summary>
internal readonly record struct PartSpan(long From, long To)
{
    public bool IsEmpty => From >= To;

    public PartSpan With(in PartSpan other) => new(Math.Max(From, other.From), Math.Min(To, other.To));

    public bool Holds(in PartSpan other) => From <= other.From && To >= other.To;
}

/// <summary>Reads into a graph what events say of an item.</summary>
internal interface IPartReader
{
    /// <summary>Reads what it is part of, and when it was taken out.</summary>
    void Read(long item, PartGraph graph);

    /// <summary>Reads when it was emptied.</summary>
    void ReadEmptied(long item, PartGraph graph);
}

/// <summary>
/// What items are part of, from when to when, as far as it was read. Voided events do not count. Without a reader all
/// was read before.
/// </summary>
internal sealed class PartGraph(IPartReader? reader = null)
{
    private readonly Dictionary<long, List<(PartTime Put, long Parent)>> _parents = [];

    // By child and parent, where 0 is any.
    private readonly Dictionary<(long Child, long Parent), List<PartTime>> _ends = [];
    private readonly Dictionary<long, long> _records = [];
    private readonly Dictionary<long, List<long>> _numbers = [];
    private readonly HashSet<long> _voided = [];
    private readonly HashSet<long> _read = [];
    private readonly HashSet<long> _readEmptied = [];
    private readonly HashSet<long> _unread = [];
    private long _tried = long.MaxValue;

    /// <summary>The rows that were looked at.</summary>
    public int Looked { get; private set; }

    /// <summary>True if an item was asked for that was not read, since there were too many.</summary>
    public bool IsCut { get; private set; }

    public void Clear()
    {
        _parents.Clear();
        _ends.Clear();
        _records.Clear();
        _numbers.Clear();
        _voided.Clear();
        _read.Clear();
        _readEmptied.Clear();
        _unread.Clear();
        IsCut = false;
    }

    /// <summary>Notes items that are not read.</summary>
    public void LeaveOut(IEnumerable<long> items) => _unread.UnionWith(items);

    public void AddParent(long child, long parent, in PartTime put)
    {
        if (!_parents.TryGetValue(child, out var all))
        {
            _parents.Add(child, all = []);
        }
        all.Add((put, parent));
    }

    /// <summary>Adds when a child (0: all) was taken out of a parent (0: whatever it was in).</summary>
    public void AddEnd(long child, long parent, in PartTime end)
    {
        if (!_ends.TryGetValue((child, parent), out var all))
        {
            _ends.Add((child, parent), all = []);
        }
        var at = all.BinarySearch(end);
        all.Insert(at < 0 ? ~at : at, end);
    }

    /// <summary>Adds the number under which events named a record before it was registered.</summary>
    public void AddBefore(long record, long before)
    {
        if (_records.TryAdd(before, record))
        {
            if (!_numbers.TryGetValue(record, out var all))
            {
                _numbers.Add(record, all = [record]);
            }
            all.Add(before);
        }
    }

    /// <summary>The one number of an item.</summary>
    public long ItemOf(long number) => _records.GetValueOrDefault(number, number);

    /// <summary>Notes what an event says; items without a number are in nothing.</summary>
    public void Note(EventWrite write, long number, long[] items)
    {
        var at = new PartTime(write.Time, number);
        var parents = Named(write, items, MemberRole.Parent);
        var from = Named(write, items, MemberRole.Parent, MemberRole.RemovedFrom);
        var removed = Named(write, items, MemberRole.Removed);
        foreach (var child in Named(write, items, MemberRole.Child))
        {
            parents.ForEach(parent => AddParent(child, parent, at));
        }
        foreach (var child in removed)
        {
            (from.Count == 0 ? [0L] : from).ForEach(parent => AddEnd(child, parent, at));
        }
        if (!write.Members.Any(static member => member.Role == MemberRole.Removed))
        {
            Named(write, items, MemberRole.RemovedFrom).ForEach(parent => AddEnd(0, parent, at));
        }
    }

    /// <summary>Notes that an event is voided.</summary>
    public void Void(long number) => _voided.Add(number);

    /// <summary>Notes an event as if it were written; what is returned takes that back.</summary>
    public Action Try(EventWrite write, long[] items)
    {
        // Of another event of the group.
        IsCut = false;
        var number = _tried--;
        Note(write, number, items);
        var isNew = write.Voids != 0 && _voided.Add(write.Voids);
        return () =>
        {
            _voided.Add(number);
            if (isNew)
            {
                _voided.Remove(write.Voids);
            }
        };
    }

    /// <summary>Adds what an item is part of at some time of a span, and from when to when in all.</summary>
    public void AddEdges(long item, in PartSpan span, List<(long Parent, PartSpan Span)> edges)
    {
        Read(item);
        foreach (var number in NumbersOf(item))
        {
            IsCut |= _unread.Contains(number);
            foreach (var (put, parent) in _parents.GetValueOrDefault(number) ?? [])
            {
                Looked++;
                if (put.Time < span.To && !_voided.Contains(put.Event))
                {
                    AddEdge(item, ItemOf(parent), put, span, edges);
                }
            }
        }
    }

    private void AddEdge(
        long item,
        long parent,
        in PartTime put,
        in PartSpan span,
        List<(long Parent, PartSpan Span)> edges
    )
    {
        var end = long.MaxValue;
        foreach (var child in NumbersOf(item))
        {
            end = Math.Min(end, FirstEnd(child, 0, put));
            foreach (var from in NumbersOf(parent))
            {
                end = Math.Min(end, FirstEnd(child, from, put));
            }
        }
        if (end > span.From)
        {
            // What a parent was emptied of is asked only where it counts: a tray was on many pallets.
            if (reader is not null && _readEmptied.Add(parent))
            {
                reader.ReadEmptied(parent, this);
            }
            foreach (var from in NumbersOf(parent))
            {
                end = Math.Min(end, FirstEnd(0, from, put));
            }
        }
        var edge = new PartSpan(put.Time, end);
        if (!edge.With(span).IsEmpty)
        {
            edges.Add((parent, edge));
        }
    }

    private long FirstEnd(long child, long parent, in PartTime put)
    {
        if (!_ends.TryGetValue((child, parent), out var all))
        {
            return long.MaxValue;
        }
        var at = all.BinarySearch(put);
        for (at = at < 0 ? ~at : at + 1; at < all.Count; at++)
        {
            if (!_voided.Contains(all[at].Event))
            {
                return all[at].Time;
            }
        }
        return long.MaxValue;
    }

    /// <summary>True if something is known that an item is part of, by one of its numbers.</summary>
    public bool IsPart(long item) => NumbersOf(item).Any(_parents.ContainsKey);

    /// <summary>All numbers of an item that are known.</summary>
    public IReadOnlyList<long> NumbersOf(long item) => _numbers.GetValueOrDefault(item) ?? [item];

    private void Read(long item)
    {
        if (reader is not null && _read.Add(item))
        {
            reader.Read(item, this);
        }
    }

    private static List<long> Named(EventWrite write, long[] items, params ReadOnlySpan<MemberRole> roles)
    {
        var named = new List<long>();
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] > 0 && roles.Contains(write.Members[i].Role))
            {
                named.Add(items[i]);
            }
        }
        return named;
    }
}
