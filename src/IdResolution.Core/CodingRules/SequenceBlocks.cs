using System.Collections.Concurrent;

namespace IdResolution.Core.CodingRules;

/// <summary>
/// Hands out numbers from blocks reserved in the store, so that registrations and nodes do not queue on one row. Blocks
/// grow from 1 to <see cref="MaxBlock"/> with use; what is left of one at a stop is a gap. Thread-safe.
/// </summary>
public sealed class SequenceBlocks(ISequenceStore store)
{
    /// <summary>The largest block.</summary>
    public const int MaxBlock = 1_000;

    private const int MaxScopes = 10_000;

    private readonly ConcurrentDictionary<string, Block> _blocks = new(StringComparer.Ordinal);

    /// <summary>The next number of a scope.</summary>
    /// <param name="scope">Folded text before the number.</param>
    /// <param name="maximum">The last number there is: blocks near it stay small, so that few are lost.</param>
    /// <param name="cancellationToken">Ends the wait for a block.</param>
    public async ValueTask<long> NextAsync(string scope, long maximum, CancellationToken cancellationToken)
    {
        if (_blocks.Count >= MaxScopes)
        {
            // Scopes hold the date: old ones are never used again. What is left of a live block becomes a gap.
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
            // A tenth of the whole sequence at most: a short {seq:2} must not be used up by one block lost in a
            // restart.
            var size = (int)Math.Min(block.NextSize, Math.Max(1, maximum / 10));
            var first = await store.ReserveAsync(scope, size, cancellationToken);
            block.Fill(first, size);
            return first;
        }
        finally
        {
            block.Gate.Release();
        }
    }

    private sealed class Block
    {
        private readonly Lock _lock = new();
        private long _next;
        private long _end;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int NextSize { get; private set; } = 1;

        public bool TryTake(out long number)
        {
            lock (_lock)
            {
                number = _next;
                if (_next >= _end)
                {
                    return false;
                }
                _next++;
                return true;
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
