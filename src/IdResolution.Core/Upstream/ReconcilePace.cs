namespace IdResolution.Core.Upstream;

/// <summary>Lets so many reads a second go. Thread-safe.</summary>
internal sealed class ReconcilePace(TimeProvider time, int perSecond)
{
    private readonly Lock _lock = new();
    private long _next = time.GetTimestamp();

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _next = Math.Max(_next, now - time.TimestampFrequency) + (time.TimestampFrequency / perSecond);
            wait = time.GetElapsedTime(now, _next);
        }
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }
}
