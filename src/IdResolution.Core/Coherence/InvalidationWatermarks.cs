using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Coherence;

/// <summary>
/// For each stripe of keys the greatest sequence number at which one of them changed: what was read from before it may
/// be superseded.
/// Of fixed size, a power of two. Thread-safe; a floor never sinks.
/// </summary>
public sealed class InvalidationWatermarks(int stripes = InvalidationWatermarks.Few)
{
    /// <summary>Enough for loads under way.</summary>
    public const int Few = 1 << 12;

    /// <summary>
    /// Enough to be held against entries as old as those of an L2: at 1,000 changes a second a stripe rises every
    /// quarter of an hour. 8 MiB.
    /// </summary>
    public const int Many = 1 << 20;

    private readonly long[] _floors = new long[stripes];

    /// <summary>The floor of a key's stripe.</summary>
    public long this[LookupKey key] => Volatile.Read(ref Of(key));

    /// <summary>Raises the floor of a key's stripe, unless it is that high.</summary>
    public void Raise(LookupKey key, long sequence)
    {
        ref var floor = ref Of(key);
        long seen;
        while (
            (seen = Volatile.Read(ref floor)) < sequence
            && Interlocked.CompareExchange(ref floor, sequence, seen) != seen
        ) { }
    }

    private ref long Of(LookupKey key) => ref _floors[key.GetHashCode() & (_floors.Length - 1)];
}
