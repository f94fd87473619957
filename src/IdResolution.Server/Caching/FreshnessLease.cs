namespace IdResolution.Server.Caching;

/// <summary>
/// Whether a partition of Redis is believed: only while, within the last second, its cursor was seen at or past the
/// head of the log that the node knew a second before. A Redis that comes back from an outage or an older snapshot
/// shows an older cursor, and is not. Written by one thread, read by all.
/// </summary>
internal sealed class FreshnessLease(TimeProvider time)
{
    private readonly long _window = (long)(HeadHistory.Window.TotalSeconds * time.TimestampFrequency);
    private Seen? _seen;

    /// <summary>What the node goes by, or null while nothing is believed.</summary>
    public Seen? Current =>
        Volatile.Read(ref _seen) is { } seen && time.GetTimestamp() - seen.AskedAt < _window ? seen : null;

    /// <summary>A cursor was seen.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="needed">The head that the node knew a second before.</param>
    /// <param name="askedAt">The clock's timestamp before Redis was asked.</param>
    /// <param name="askedTick">The same moment by <see cref="Environment.TickCount64"/>.</param>
    /// <param name="serverTime">The server's time then, in ms.</param>
    public void See(RedisCursor cursor, long needed, long askedAt, long askedTick, long serverTime)
    {
        if (cursor.Sequence < needed)
        {
            Forget();
            return;
        }
        Volatile.Write(
            ref _seen,
            new Seen(cursor.Generation, Math.Max(cursor.Start, needed), askedAt, serverTime - askedTick)
        );
    }

    /// <summary>Believes nothing until the cursor is seen anew.</summary>
    public void Forget() => Volatile.Write(ref _seen, null);

    /// <summary>What was seen.</summary>
    /// <param name="Generation">The key namespace.</param>
    /// <param name="Least">
    /// The head that a load must have to be put: one from before the namespace's start, or of a store a second behind,
    /// may lack what no marker refuses any more.
    /// </param>
    /// <param name="AskedAt">When it was last seen.</param>
    /// <param name="ServerClock">The server's time less the tick, in ms; at most a round trip too great.</param>
    internal sealed record Seen(ulong Generation, long Least, long AskedAt, long ServerClock);
}
