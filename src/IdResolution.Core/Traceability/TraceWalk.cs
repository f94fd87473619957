using System.Diagnostics;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// A walk over the graph, generation by generation, that was let through. It keeps the numbers of what it found, and
/// of the rest a page. It is run once.
/// </summary>
public sealed class TraceWalk
{
    private const int Batch = 256;
    private const int FirstPage = 256;
    private const int GreatestPage = 10_000;
    private const int ReadingsOfPage = 5;
    private const int BytesOfFound = 48;
    private const int BytesOfLink = 160;

    private readonly IEventStore _store;
    private readonly TraceQuery _query;
    private readonly TraceItems _items;
    private readonly TraceWork _work;
    private readonly TimeProvider _time;
    private readonly TraceCursor _start;
    private readonly byte[] _seal;
    private readonly long _actor;
    private readonly Containment _containment;

    private readonly List<EventLink> _links = [];
    private readonly List<long> _batch = new(Batch);
    private readonly HashSet<long> _unregistered = [];

    // What was found in the direction walked now; and before, in a trace both ways, in the other one.
    private HashSet<long> _found = [];
    private HashSet<long> _behind = [];

    // With a filter by time, what was found by links that are not shown, with its generation.
    private readonly Dictionary<long, int>? _unshown;
    private List<long> _level = [];
    private List<long> _next = [];

    private TraceHold _hold = null!;
    private long _position;
    private long _nodes;
    private long _nodesFound;
    private int _page = FirstPage;
    private int _generation;
    private bool _backward;
    private long _began;

    internal TraceWalk(IEventStore store, TraceQuery query, TraceItems items, TraceItem root, WalkStart start)
    {
        _store = store;
        _query = query;
        _items = items;
        (_work, _time) = (start.Work, start.Work.Time);
        _start = start.Cursor;
        _seal = start.Seal;
        _actor = start.Actor;
        _containment = new Containment(store, Number);
        _unshown = query.ShowsAllTimes ? null : [];
        Root = root;
    }

    /// <summary>Where the walk begins.</summary>
    public TraceItem Root { get; }

    /// <summary>The log number that the walk reads at.</summary>
    public long Number => _start.Number;

    /// <summary>True if the walk begins at the root, false if it goes on from a cursor.</summary>
    public bool IsWhole => _start.Found == 0;

    private bool IsReplaying => _position < _start.Position;

    /// <summary>Walks, and gives what is found to a sink.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async ValueTask<Result<TraceEnd>> RunAsync(ITraceSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sink);
        using var hold = _work.Hold(_actor);
        return await RunAsync(sink, hold, cancellationToken);
    }

    /// <summary>The same where what is found is held on.</summary>
    internal async ValueTask<Result<TraceEnd>> RunAsync(
        ITraceSink sink,
        TraceHold hold,
        CancellationToken cancellationToken
    )
    {
        _hold = hold;
        var asked = _time.GetTimestamp();
        if (!(await _work.EnterAsync(_actor, cancellationToken)).TryGet(out var place, out var error))
        {
            return error;
        }
        using (place)
        {
            if (await WalkAsync(sink, cancellationToken) is not { } end)
            {
                return TraceErrors.NoMemory();
            }
            _work.Note(_query.Direction, end, _time.GetElapsedTime(asked));
            return end;
        }
    }

    /// <summary>Null if there is no memory for it.</summary>
    private async ValueTask<TraceEnd?> WalkAsync(ITraceSink sink, CancellationToken cancellationToken)
    {
        _began = _time.GetTimestamp();
        _nodesFound = 1;
        if (IsWhole)
        {
            _nodes = 1;
            sink.Node(new TraceNode(Root, 0, null, IsShown: true));
        }
        var stop = Stop.None;
        if (_query.Direction != TraceDirection.Forward)
        {
            stop = await WalkAsync(sink, backward: true, cancellationToken);
        }
        if (_query.Direction != TraceDirection.Backward && !stop.IsStopped)
        {
            _behind = _found;
            _found = [];
            stop = await WalkAsync(sink, backward: false, cancellationToken);
        }
        if (stop.IsRefused)
        {
            return null;
        }
        return stop.IsStopped ? await StoppedAsync(stop, cancellationToken) : Ended(null);
    }

    private TraceEnd Ended(string? cursor) =>
        new()
        {
            Nodes = _nodes,
            Links = _position - _start.Position,
            Cursor = cursor,
        };

    private async ValueTask<TraceEnd> StoppedAsync(Stop stop, CancellationToken cancellationToken)
    {
        var frontier = new List<long>();
        var count = 0L;
        void Add(long item)
        {
            count++;
            if (frontier.Count < TraceEnd.MaxFrontier)
            {
                frontier.Add(item);
            }
        }
        for (var i = stop.At; i < _level.Count; i++)
        {
            Add(_level[i]);
        }
        foreach (var item in _next)
        {
            Add(item);
        }
        if (_backward && _query.Direction == TraceDirection.Both && !frontier.Contains(Root.Number))
        {
            Add(Root.Number);
        }
        var cursor = _start with { Position = _position, Found = _nodesFound };
        return Ended(cursor.ToText(_seal)) with
        {
            Frontier = await _store.ItemsAsync(frontier, cancellationToken),
            FrontierCount = count,
            IsUnsettled = stop.IsUnsettled,
        };
    }

    private async ValueTask<Stop> WalkAsync(ITraceSink sink, bool backward, CancellationToken cancellationToken)
    {
        _backward = backward;
        _generation = 0;
        _found.Add(Root.Number);
        Note(Root);
        _level.Clear();
        _next.Clear();
        _level.Add(Root.Number);
        while (_level.Count > 0)
        {
            for (var start = 0; start < _level.Count; start += Batch)
            {
                _batch.Clear();
                for (var i = start; i < Math.Min(start + Batch, _level.Count); i++)
                {
                    _batch.Add(_level[i]);
                }
                var stop = await WalkBatchAsync(sink, cancellationToken);
                if (stop.IsStopped)
                {
                    return stop with { At = start + stop.At };
                }
            }
            (_level, _next) = (_next, _level);
            _next.Clear();
            _generation++;
        }
        return Stop.None;
    }

    private async ValueTask<Stop> WalkBatchAsync(ITraceSink sink, CancellationToken cancellationToken)
    {
        var position = default(LinkPosition);
        while (position.Item < _batch.Count)
        {
            Stop stop;
            using (await _work.TakeTurnAsync(cancellationToken))
            {
                (stop, position) = await WalkPageAsync(sink, position, cancellationToken);
            }
            if (stop.IsUnsettled)
            {
                return stop;
            }
            if (!_hold.TryHold(BytesWith(sink)))
            {
                return new Stop(true, 0, IsRefused: true);
            }
            // Waits where the peer is slow, and takes nobody's turn meanwhile.
            var goesOn = await sink.PauseAsync(cancellationToken);
            if (stop.IsStopped || !goesOn)
            {
                return stop.IsStopped ? stop : new Stop(true, position.Item);
            }
        }
        return Stop.None;
    }

    /// <summary>What the walk has in memory, about, with what its sink keeps.</summary>
    private long BytesWith(ITraceSink sink) =>
        ((long)(_found.Count + _behind.Count + (_unshown?.Count ?? 0)) * BytesOfFound)
        + ((long)_links.Count * BytesOfLink)
        + _items.Bytes
        + sink.Bytes;

    /// <summary>Reads a page of links and goes over them. The position is where the next page begins.</summary>
    private async ValueTask<(Stop Stop, LinkPosition Position)> WalkPageAsync(
        ITraceSink sink,
        LinkPosition after,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var position = await ReadPageAsync(after, cancellationToken);
        if (!await IsSettledAsync(cancellationToken))
        {
            return (new Stop(true, after.Item, IsUnsettled: true), position);
        }
        var near = 0;
        for (var i = 0; i < _links.Count; i++)
        {
            var link = _links[i];
            while (_batch[near] != link.Near)
            {
                near++;
            }
            if ((_query.At is null || await HoldsAsync(link, cancellationToken)) && !TryTake(sink, link))
            {
                return (new Stop(true, near), position);
            }
        }
        return (Stop.None, position);
    }

    /// <summary>Reads a page of links and the items at both ends.</summary>
    private async ValueTask<LinkPosition> ReadPageAsync(LinkPosition after, CancellationToken cancellationToken)
    {
        // The first pages are small, so that the first items are shown soon.
        var limit = _page;
        _page = Math.Min(_page * 4, GreatestPage);
        for (var reading = 1; ; reading++)
        {
            _links.Clear();
            var query = new LinkQuery
            {
                Items = _batch,
                Backward = _backward,
                Kinds = _query.Kinds,
                Number = Number,
                After = after,
                Limit = limit,
            };
            var position = await _store.LinksAsync(query, _links, cancellationToken);
            _items.Trim();
            var last = 0L;
            for (var i = 0; i < _links.Count; i++)
            {
                if (_links[i].Near != last)
                {
                    last = _links[i].Near;
                    _items.Want(last);
                }
                _items.Want(_links[i].Far);
            }
            if (await _items.ReadAsync(cancellationToken))
            {
                return position;
            }
            // An item was registered meanwhile, and has its record's number now.
            if (reading == ReadingsOfPage)
            {
                throw new UnreachableException("An event names an item that the store does not know.");
            }
        }
    }

    private void Note(TraceItem item)
    {
        if (item is { IsRegistered: false, Key.IsText: false })
        {
            _unregistered.Add(item.Number);
        }
    }

    /// <summary>
    /// False if an item of the batch was registered since it was found. Its events are then, or become now, those of
    /// its record, which has another number: what was read of them may be a part. A walk by the cursor finds all.
    /// </summary>
    private async ValueTask<bool> IsSettledAsync(CancellationToken cancellationToken)
    {
        var named = _batch.FindAll(_unregistered.Contains);
        if (named.Count == 0 || await _store.HeadAsync(cancellationToken) == Number)
        {
            return true;
        }
        var items = await _store.ItemsAsync(named, cancellationToken);
        if (items.Count != named.Count)
        {
            return false;
        }
        var keys = new ItemKey[items.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = items[i].Key;
        }
        var numbers = await _store.NumbersAsync(keys, cancellationToken);
        for (var i = 0; i < keys.Length; i++)
        {
            if (numbers[i] != items[i].Number)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>True if what a link says was so at the time asked for.</summary>
    private async ValueTask<bool> HoldsAsync(EventLink link, CancellationToken cancellationToken)
    {
        if (link.Time > _query.At)
        {
            return false;
        }
        if (link.Kind != LinkKinds.Contains)
        {
            return true;
        }
        var (parent, child) = _backward ? (link.Near, link.Far) : (link.Far, link.Near);
        return await _containment.EndAsync(parent, child, link.Time, link.Event, cancellationToken) > _query.At;
    }

    /// <summary>Takes a link. False if the walk must stop before it.</summary>
    private bool TryTake(ITraceSink sink, in EventLink link)
    {
        if (_items.Seen(link.Far) is not { } far || _items.Seen(link.Near) is not { } near)
        {
            return true;
        }
        // An item behind the root was found already, and the link to it was walked from there.
        var isBehind = _behind.Contains(link.Far);
        if (!IsReplaying && IsSpent(link, isBehind))
        {
            return false;
        }
        var isNew = _found.Add(link.Far);
        if (isNew)
        {
            _next.Add(link.Far);
            Note(far);
        }
        _position++;
        isNew &= !isBehind;
        if (isNew)
        {
            _nodesFound++;
        }
        Show(sink, link, near, far, isNew);
        return true;
    }

    private bool IsSpent(in EventLink link, bool isBehind)
    {
        var gone = _position - _start.Position;
        if (_nodes >= _query.Budget && !isBehind && !_found.Contains(link.Far))
        {
            return true;
        }
        if (gone == 0)
        {
            // The walk up to the cursor is not counted.
            _began = _time.GetTimestamp();
            return false;
        }
        return gone % Batch == 0 && _time.GetElapsedTime(_began) > _query.Time;
    }

    private void Show(ITraceSink sink, in EventLink link, TraceItem near, TraceItem far, bool isNew)
    {
        var isInTime = _query.Shows(link.Time);
        var isFarShown = IsShown(far);
        var generation = _backward && _query.Direction == TraceDirection.Both ? -_generation - 1 : _generation + 1;
        var isFirst = isNew;
        if (_unshown is not null)
        {
            if (isNew && !isInTime)
            {
                _unshown.Add(link.Far, generation);
            }
            else if (isInTime && _unshown.Remove(link.Far, out var found))
            {
                generation = found;
                isFirst = true;
            }
        }
        // Links up to the cursor were shown before.
        if (_position <= _start.Position)
        {
            return;
        }
        if (isNew)
        {
            _nodes++;
        }
        if (isFirst)
        {
            sink.Node(new TraceNode(far, generation, near, isFarShown && isInTime));
        }
        if (_behind.Contains(link.Far))
        {
            return;
        }
        var isShown = isInTime && isFarShown && IsShown(near);
        var (from, to) = _backward ? (near, far) : (far, near);
        sink.Link(new TraceLink(from, to, _backward, link, isShown));
    }

    private bool IsShown(TraceItem item) => item.Number == Root.Number || _query.Shows(item.Template);

    /// <param name="IsStopped">True if the walk stopped before its end.</param>
    /// <param name="At">
    /// The place in the batch, or in the generation, of the item whose links were not all followed.
    /// </param>
    /// <param name="IsUnsettled">True if it stopped because an item was registered meanwhile.</param>
    /// <param name="IsRefused">True if it stopped because there is no memory for it.</param>
    private readonly record struct Stop(bool IsStopped, int At, bool IsUnsettled = false, bool IsRefused = false)
    {
        public static Stop None => default;
    }
}
