using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Coherence;

/// <summary>
/// Keeps a floor for each stripe of keys: the greatest sequence number at which one of them changed. A record read at a
/// lower head may be superseded. The number of stripes is fixed, a power of two. Thread-safe.
/// </summary>
public sealed class InvalidationWatermarks(int stripes = InvalidationWatermarks.Few)
{
    /// <summary>Enough stripes to check loads under way.</summary>
    public const int Few = 1 << 12;

    /// <summary>
    /// Enough stripes to check entries as old as those in an L2, 8 MiB: at 1,000 changes a second, a stripe rises every
    /// quarter of an hour.
    /// </summary>
    public const int Many = 1 << 20;

    private readonly long[] _floors = new long[stripes];

    /// <summary>The floor of a key's stripe; 0 if none of its keys changed since the node started.</summary>
    public long this[LookupKey key] => Volatile.Read(ref Of(key));

    /// <summary>Raises the floor of a key's stripe, if it is lower.</summary>
    public void Raise(LookupKey key, long sequence)
    {
        ref var floor = ref Of(key);
        long seen;
        while (
            (seen = Volatile.Read(ref floor)) < sequence
            && Interlocked.CompareExchange(ref floor, sequence, seen) != seen
        ) { }
    }

    /// <summary>Forgets all floors: the numbers that they are of are given again.</summary>
    public void Clear() => Array.Clear(_floors);

    private ref long Of(LookupKey key) => ref _floors[key.GetHashCode() & (_floors.Length - 1)];
}
