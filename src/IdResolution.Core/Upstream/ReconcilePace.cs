namespace IdResolution.Core.Upstream;

/// <summary>Lets so many reads a second go, and fewer where the secondary node asks for it. Thread-safe.</summary>
internal sealed class ReconcilePace(TimeProvider time, int perSecond)
{
    private const int MostTries = 30;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long _next = time.GetTimestamp();

    /// <summary>Makes a read when it may go. Where the secondary node names a time to wait, all wait.</summary>
    public async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            await WaitAsync(cancellationToken);
            try
            {
                return await ask();
            }
            catch (UpstreamException e) when (tries < MostTries && e.After is { } after && after <= LongestWait)
            {
                lock (_lock)
                {
                    var until = time.GetTimestamp() + (long)(after.TotalSeconds * time.TimestampFrequency);
                    _next = Math.Max(_next, until);
                }
            }
        }
    }

    private Task WaitAsync(CancellationToken cancellationToken)
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
