using IdResolution.Core.Events;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// The holds in force on the items of a group, with what its own events add. What they end is still handed on: that
/// does no harm.
/// </summary>
internal sealed class HeldItems
{
    private readonly Dictionary<long, Dictionary<long, (bool IsOwn, long Mark)>> _items = [];
    private readonly Dictionary<long, HoldScope> _scopes = [];

    public void Clear()
    {
        _items.Clear();
        _scopes.Clear();
    }

    /// <summary>Notes the scope of a hold.</summary>
    public void Add(long hold, HoldScope scope) => _scopes[hold] = scope;

    /// <summary>Notes a hold on an item. False if the item has it already, with that mark.</summary>
    public bool Add(in HeldItem held, HoldScope scope)
    {
        if (!_items.TryGetValue(held.Item, out var holds))
        {
            _items.Add(held.Item, holds = []);
        }
        _scopes[held.Hold] = scope;
        var (isOwn, mark) = holds.GetValueOrDefault(held.Hold);
        holds[held.Hold] = (isOwn || held.IsOwn, Math.Max(mark, held.Mark));
        return held.Mark > mark || (held.IsOwn && !isOwn);
    }

    /// <summary>True if a hold goes on to what is made from its items.</summary>
    public bool GoesOn(long hold) => _scopes.GetValueOrDefault(hold) == HoldScope.MadeFrom;

    /// <summary>The holds on an item that go on to what is made from it, each with its mark.</summary>
    public IEnumerable<(long Hold, long Mark)> HandedOn(long item) =>
        _items.TryGetValue(item, out var holds)
            ? holds.Where(h => GoesOn(h.Key)).Select(h => (h.Key, h.Value.Mark))
            : [];

    /// <summary>True if a hold is in force on an item.</summary>
    public bool IsHeld(long item) => _items.ContainsKey(item);

    /// <summary>All holds on an item.</summary>
    public IEnumerable<HeldItem> On(long item) =>
        _items.TryGetValue(item, out var holds)
            ? holds.Select(h => new HeldItem(item, h.Key, h.Value.IsOwn, h.Value.Mark))
            : [];

    /// <summary>The holds that were placed on this very item.</summary>
    public IEnumerable<long> Own(long item) =>
        _items.TryGetValue(item, out var holds) ? holds.Where(h => h.Value.IsOwn).Select(h => h.Key) : [];
}
