using System.Runtime.InteropServices;
using IdResolution.Core.Access;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Reads items in pages and keeps those read last, within a bound.</summary>
internal sealed class TraceItems(IEventStore store, Caller caller)
{
    private const int Page = 256;
    private const int Bound = 32_768;
    private const int BytesOfItem = 256;

    private readonly Dictionary<long, TraceItem?> _known = [];
    private readonly List<long> _missing = [];

    /// <summary>The memory of those kept, about.</summary>
    public long Bytes => (long)_known.Count * BytesOfItem;

    /// <summary>Forgets items if many are kept. Called before the items of a page are named.</summary>
    public void Trim()
    {
        if (_known.Count > Bound)
        {
            _known.Clear();
        }
        _missing.Clear();
    }

    /// <summary>Names an item that will be needed.</summary>
    public void Want(long number)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, number, out var exists);
        if (!exists)
        {
            known = null;
            _missing.Add(number);
        }
    }

    /// <summary>
    /// Reads the items that were named and are not kept. False if the store does not know one of them.
    /// </summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var read = 0;
        for (var start = 0; start < _missing.Count; start += Page)
        {
            var page = _missing.GetRange(start, Math.Min(Page, _missing.Count - start));
            foreach (var item in await store.ItemsAsync(page, cancellationToken))
            {
                _known[item.Number] = item;
                read++;
            }
        }
        if (read == _missing.Count)
        {
            return true;
        }
        foreach (var number in _missing)
        {
            if (_known[number] is null)
            {
                _known.Remove(number);
            }
        }
        return false;
    }

    /// <summary>An item that was read; null if it is beyond what the caller may see, or not known.</summary>
    public TraceItem? Seen(long number) =>
        _known.TryGetValue(number, out var item) && item is not null && caller.Reaches(item.Key.Folded.Bytes)
            ? item
            : null;
}
