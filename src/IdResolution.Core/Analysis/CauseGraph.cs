using System.Runtime.InteropServices;

namespace IdResolution.Core.Analysis;

/// <summary>
/// What leads back from many items, in memory: items by place, generation by generation, those compared first; their
/// events; and what events name. A generation that was not read to its end is taken back.
/// </summary>
internal sealed class CauseGraph
{
    /// <summary>The most events.</summary>
    public const int MaxEvents = 1_000_000;

    /// <summary>The most things and values that all events name.</summary>
    public const int MaxMentions = 5_000_000;

    /// <summary>The most links for each item of the budget.</summary>
    public const int LinksOfItem = 4;

    private readonly Dictionary<long, int> _places = [];
    private readonly Dictionary<long, int> _eventPlaces = [];
    private readonly Dictionary<FeatureKey, int> _featurePlaces = [];
    private readonly List<CauseFeature> _features = [];

    // The rows of an item, or of an event, end where those of the next one begin.
    private readonly List<long> _items = [];
    private readonly List<int> _linkStarts = [0];
    private readonly List<int> _links = [];
    private readonly List<int> _ownStarts = [0];
    private readonly List<int> _own = [];
    private readonly List<long> _events = [];
    private readonly List<int> _mentionStarts = [0];
    private readonly List<Mention> _mentions = [];
    private State _kept;

    /// <summary>The number of items.</summary>
    public int Items => _items.Count;

    /// <summary>The number of events.</summary>
    public int Events => _events.Count;

    /// <summary>The number of links.</summary>
    public int LinkCount => _links.Count;

    /// <summary>The number of things and values that events name.</summary>
    public int Mentions => _mentions.Count;

    /// <summary>The memory of all this, about.</summary>
    public long Bytes =>
        ((Items + Events) * 64L) + ((LinkCount + _own.Count) * 8L) + (Mentions * 40L) + (_features.Count * 256L);

    /// <summary>What events name, by place.</summary>
    public IReadOnlyList<CauseFeature> Features => _features;

    /// <summary>The number of an item.</summary>
    public long ItemAt(int place) => _items[place];

    /// <summary>The object number of an event.</summary>
    public long EventAt(int place) => _events[place];

    /// <summary>The place of an item, which is added where it is new.</summary>
    public int Add(long item)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, item, out var exists);
        if (!exists)
        {
            place = _items.Count;
            _items.Add(item);
        }
        return place;
    }

    /// <summary>Adds a link from the item whose links are read now.</summary>
    public void AddLink(long to) => _links.Add(Add(to));

    /// <summary>Says that the next item's links are read from now on.</summary>
    public void EndLinks() => _linkStarts.Add(_links.Count);

    /// <summary>Adds an event to the item whose events are read now. True if the event is new.</summary>
    public bool AddEvent(long number)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_eventPlaces, number, out var exists);
        if (!exists)
        {
            place = _events.Count;
            _events.Add(number);
        }
        _own.Add(place);
        return !exists;
    }

    /// <summary>Says that the next item's events are read from now on.</summary>
    public void EndEvents() => _ownStarts.Add(_own.Count);

    /// <summary>Adds what the event names whose members are read now.</summary>
    public void AddMention(in FeatureKey key, double value)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_featurePlaces, key, out var exists);
        if (!exists)
        {
            place = _features.Count;
            _features.Add(new CauseFeature(key));
        }
        _mentions.Add(new Mention(place, value, 0));
    }

    /// <summary>Says that the next event's members are read from now on.</summary>
    public void EndMentions() => _mentionStarts.Add(_mentions.Count);

    /// <summary>Keeps what was read so far, whatever comes.</summary>
    public void Keep() =>
        _kept = new State(_items.Count, _links.Count, _own.Count, _events.Count, _mentions.Count, _linkStarts.Count);

    /// <summary>Takes back what was read since the last generation that was kept.</summary>
    public void TakeBack()
    {
        for (var i = _kept.Items; i < _items.Count; i++)
        {
            _places.Remove(_items[i]);
        }
        Cut(_items, _kept.Items);
        Cut(_links, _kept.Links);
        Cut(_own, _kept.Own);
        Cut(_events, _kept.Events);
        Cut(_mentions, _kept.Mentions);
        Cut(_linkStarts, _kept.Read);
        Cut(_ownStarts, _kept.Read);
        Cut(_mentionStarts, _kept.Events + 1);
    }

    /// <summary>The items that an item was made from, by place; none where they were not read.</summary>
    public ReadOnlySpan<int> LinksOf(int item) => Rows(_links, _linkStarts, item);

    /// <summary>The events of an item, by place.</summary>
    public ReadOnlySpan<int> EventsOf(int item) => Rows(_own, _ownStarts, item);

    /// <summary>What an event names.</summary>
    public ReadOnlySpan<Mention> MentionsOf(int eventPlace) => Rows(_mentions, _mentionStarts, eventPlace);

    /// <summary>Puts all times and values into bins. Called once all is read.</summary>
    public void MakeBins()
    {
        var mentions = CollectionsMarshal.AsSpan(_mentions);
        foreach (var mention in mentions)
        {
            _features[mention.Feature].Add(mention.Value);
        }
        foreach (var feature in _features)
        {
            feature.MakeBins();
        }
        foreach (ref var mention in mentions)
        {
            mention = mention with { Bin = _features[mention.Feature].BinOf(mention.Value) };
        }
    }

    private static ReadOnlySpan<T> Rows<T>(List<T> rows, List<int> starts, int place) =>
        place + 1 < starts.Count
            ? CollectionsMarshal.AsSpan(rows)[starts[place]..starts[place + 1]]
            : ReadOnlySpan<T>.Empty;

    private static void Cut<T>(List<T> list, int count) => list.RemoveRange(count, list.Count - count);

    /// <summary>What an event names.</summary>
    /// <param name="Feature">Its place among the features.</param>
    /// <param name="Value">The time of the event, or what was measured.</param>
    /// <param name="Bin">The bin of the value.</param>
    public readonly record struct Mention(int Feature, double Value, int Bin);

    private readonly record struct State(int Items, int Links, int Own, int Events, int Mentions, int Read);
}
