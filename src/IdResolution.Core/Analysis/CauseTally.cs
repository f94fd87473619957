using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;

namespace IdResolution.Core.Analysis;

/// <summary>
/// Counts, for all that leads back from items, how many bad and good ones have it. The places below the number of bad
/// items are bad, those up to the number of all are good.
/// </summary>
internal sealed class CauseTally(CauseGraph graph, int bad, int all)
{
    // More would not fit into memory beside others that ask.
    private const int MaxPairs = 20_000_000;

    private readonly int[] _itemSeen = new int[graph.Items];
    private readonly int[] _eventSeen = new int[graph.Events];
    private readonly ulong[] _masks = new ulong[graph.Features.Count];
    private readonly List<int> _touched = [];
    private readonly Stack<int> _left = [];
    private int _walk;
    private int _pairs;

    /// <summary>By place of an item: who has it behind it.</summary>
    public CauseSet[] Ancestors { get; } = new CauseSet[graph.Items];

    /// <summary>Goes over all items. An error if there is too much to keep.</summary>
    public async ValueTask<Error?> RunAsync(TraceTurn turn, CancellationToken cancellationToken)
    {
        for (var root = 0; root < all; root++)
        {
            await turn.PauseAsync(cancellationToken);
            Count(root);
            if (_pairs > MaxPairs)
            {
                return CommonErrors.TooMany();
            }
        }
        return null;
    }

    /// <summary>
    /// All that leads back from an item, itself first, by place. It is valid until the next one is asked for.
    /// </summary>
    public IEnumerable<int> Behind(int root)
    {
        _walk++;
        // The one before may have been broken off.
        _left.Clear();
        _left.Push(root);
        _itemSeen[root] = _walk;
        while (_left.TryPop(out var item))
        {
            Push(item);
            yield return item;
        }
    }

    private void Push(int item)
    {
        foreach (var link in graph.LinksOf(item))
        {
            if (_itemSeen[link] != _walk)
            {
                _itemSeen[link] = _walk;
                _left.Push(link);
            }
        }
    }

    private void Count(int root)
    {
        foreach (var item in Behind(root))
        {
            if (item != root)
            {
                Ancestors[item] = Ancestors[item].With(root, root < bad);
            }
            foreach (var own in graph.EventsOf(item))
            {
                if (_eventSeen[own] != _walk)
                {
                    _eventSeen[own] = _walk;
                    Mark(own);
                }
            }
        }
        foreach (var place in _touched)
        {
            graph.Features[place].Roots.Add(root);
            graph.Features[place].Masks.Add(_masks[place]);
            _masks[place] = 0;
        }
        _pairs += _touched.Count;
        _touched.Clear();
    }

    private void Mark(int own)
    {
        foreach (var mention in graph.MentionsOf(own))
        {
            if (_masks[mention.Feature] == 0)
            {
                _touched.Add(mention.Feature);
            }
            _masks[mention.Feature] |= 1UL << mention.Bin;
        }
    }
}
