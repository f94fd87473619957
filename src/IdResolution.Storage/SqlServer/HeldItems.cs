using IdResolution.Core.Events;

namespace IdResolution.Storage.SqlServer;

/// <summary>The holds in force on the items of a group, with what its own events add and end.</summary>
internal sealed class HeldItems
{
    private readonly Dictionary<long, Dictionary<long, bool>> _items = [];
    private readonly Dictionary<long, HoldScope> _scopes = [];

    public void Clear()
    {
        _items.Clear();
        _scopes.Clear();
    }

    /// <summary>Notes a hold on an item. False if the item has it already.</summary>
    public bool Add(long item, long hold, bool isOwn, HoldScope scope)
    {
        if (!_items.TryGetValue(item, out var holds))
        {
            _items.Add(item, holds = []);
        }
        _scopes[hold] = scope;
        return holds.TryAdd(hold, isOwn);
    }

    /// <summary>The holds on an item that go on to what is made from it.</summary>
    public IEnumerable<long> HandedOn(long item) =>
        _items.TryGetValue(item, out var holds)
            ? holds.Keys.Where(h => _scopes.GetValueOrDefault(h) == HoldScope.MadeFrom)
            : [];

    /// <summary>The holds that were placed on this very item.</summary>
    public IEnumerable<long> Own(long item) =>
        _items.TryGetValue(item, out var holds)
            ? holds.Where(h => h.Value && _scopes.ContainsKey(h.Key)).Select(h => h.Key)
            : [];

    /// <summary>Notes that a hold ended.</summary>
    public void End(long hold) => _scopes.Remove(hold);
}
