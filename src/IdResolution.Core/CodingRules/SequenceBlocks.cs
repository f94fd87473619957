using System.Collections.Concurrent;

namespace IdResolution.Core.CodingRules;

/// <summary>
/// Hands out numbers from blocks reserved in the store, so that registrations and nodes do not queue on one row. Blocks
/// grow with use, up to <see cref="MaxBlock"/>. A stop loses the rest of a block. Thread-safe.
/// </summary>
public sealed class SequenceBlocks(ISequenceStore store)
{
    /// <summary>The greatest size of a block.</summary>
    public const int MaxBlock = 1_000;

    private const int MaxScopes = 10_000;

    private readonly ConcurrentDictionary<string, Block> _blocks = new(StringComparer.Ordinal);

    /// <summary>Takes the next number of a scope. It may be above <paramref name="maximum"/>.</summary>
    /// <param name="scope">The folded text before the number (<see cref="IdentifierDraft.Scope"/>).</param>
    /// <param name="day">The plant's day that the scope holds (<see cref="IdentifierDraft.Day"/>), or null.</param>
    /// <param name="maximum">The last number of the sequence. A block is at most a tenth of it.</param>
    /// <param name="cancellationToken">Ends the wait for a block.</param>
    public async ValueTask<long> NextAsync(
        string scope,
        DateOnly? day,
        long maximum,
        CancellationToken cancellationToken
    )
    {
        if (_blocks.Count >= MaxScopes)
        {
            // Scopes often hold the date, and old ones are never used again. The rest of a block in use becomes a gap.
            _blocks.Clear();
        }
        var block = _blocks.GetOrAdd(scope, static _ => new Block());
        if (block.TryTake(out var number))
        {
            return number;
        }
        await block.Gate.WaitAsync(cancellationToken);
        try
        {
            if (block.TryTake(out number))
            {
                return number;
            }
            // At most a tenth of the whole sequence: one lost block must not use up a short {seq:2}.
            var size = (int)Math.Min(block.NextSize, Math.Max(1, maximum / 10));
            var first = await store.ReserveAsync(scope, day, size, cancellationToken);
            block.Fill(first, size);
            return first;
        }
        finally
        {
            block.Gate.Release();
        }
    }

    /// <summary>Takes a number back that nothing was registered with. It is the next to be given.</summary>
    public void TakeBack(string scope, long number)
    {
        if (_blocks.TryGetValue(scope, out var block))
        {
            block.TakeBack(number);
        }
    }

    /// <summary>
    /// Gives up the numbers that are reserved: the store they were reserved in came back from a backup.
    /// </summary>
    public void Forget() => _blocks.Clear();

    private sealed class Block
    {
        private readonly Lock _lock = new();
        private long _next;
        private long _end;
        private SortedSet<long>? _back;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int NextSize { get; private set; } = 1;

        public bool TryTake(out long number)
        {
            lock (_lock)
            {
                if (_back is { Count: > 0 })
                {
                    number = _back.Min;
                    return _back.Remove(number);
                }
                number = _next;
                if (_next >= _end)
                {
                    return false;
                }
                _next++;
                return true;
            }
        }

        public void TakeBack(long number)
        {
            lock (_lock)
            {
                (_back ??= []).Add(number);
            }
        }

        public void Fill(long first, int size)
        {
            lock (_lock)
            {
                _next = first + 1;
                _end = first + size;
                NextSize = Math.Min(NextSize * 4, MaxBlock);
            }
        }
    }
}
