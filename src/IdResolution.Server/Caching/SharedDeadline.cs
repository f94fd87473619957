namespace IdResolution.Server.Caching;

/// <summary>
/// Deadlines by the thousand: calls that begin within an eighth of the time share one timer, so that each is given seven eighths of the time
/// to the whole of it. Thread-safe.
/// </summary>
internal sealed class SharedDeadline(TimeSpan time)
{
    private readonly long _share = Math.Max((long)time.TotalMilliseconds / 8, 1);
    private Deadline _current = new(0, CancellationToken.None);

    /// <summary>Cancelled when the time of a call that begins now is over.</summary>
    public CancellationToken Next()
    {
        var now = Environment.TickCount64;
        var current = Volatile.Read(ref _current);
        if (now < current.Until)
        {
            return current.Token;
        }
        // Disposed of by the collector: its timer ends it, and who still waits holds it.
        var source = new CancellationTokenSource(time);
        Volatile.Write(ref _current, new Deadline(now + _share, source.Token));
        return source.Token;
    }

    private sealed record Deadline(long Until, CancellationToken Token);
}
