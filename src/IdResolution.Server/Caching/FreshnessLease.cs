namespace IdResolution.Server.Caching;

/// <summary>
/// Decides if the node believes (may use) a partition of Redis. The node must have seen the partition's cursor within
/// the last second, and the cursor must have reached the log head that the node knew one second before. A Redis that
/// comes back from an outage or from an older snapshot shows an older cursor, and is not believed. One thread writes,
/// all threads read.
/// </summary>
internal sealed class FreshnessLease(TimeProvider time)
{
    private readonly long _window = (long)(HeadHistory.Window.TotalSeconds * time.TimestampFrequency);
    private Seen? _seen;

    /// <summary>The cursor last seen; null while the partition is not believed.</summary>
    public Seen? Current =>
        Volatile.Read(ref _seen) is { } seen && time.GetTimestamp() - seen.AskedAt < _window ? seen : null;

    /// <summary>Takes in a cursor read from Redis. One that is too old ends the belief in the partition.</summary>
    /// <param name="cursor">The cursor as read.</param>
    /// <param name="needed">The log head that the node knew one second ago. The cursor must have reached it.</param>
    /// <param name="askedAt">The <see cref="TimeProvider"/>'s timestamp just before Redis was asked.</param>
    /// <param name="askedTick">The same moment as <see cref="Environment.TickCount64"/>.</param>
    /// <param name="serverTime">The Redis server's clock at that moment, in ms since 1970.</param>
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

    /// <summary>Stops believing the partition until its cursor is seen again.</summary>
    public void Forget() => Volatile.Write(ref _seen, null);

    /// <summary>A cursor that was seen and reached the needed head.</summary>
    /// <param name="Generation">The key namespace that the cursor belongs to.</param>
    /// <param name="Least">
    /// The lowest log head of a load that may be put. A load from before the namespace's start, or from a store that is
    /// more than a second behind, may lack a change that no marker shows any more.
    /// </param>
    /// <param name="AskedAt">Timestamp just before Redis was asked.</param>
    /// <param name="ServerClock">
    /// The server's clock minus <see cref="Environment.TickCount64"/>, in ms. Too high by one round trip at most.
    /// </param>
    internal sealed record Seen(ulong Generation, long Least, long AskedAt, long ServerClock);
}
