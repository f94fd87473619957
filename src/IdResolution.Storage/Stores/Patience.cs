using System.Diagnostics;

namespace IdResolution.Storage.Stores;

/// <summary>The pauses between tries of one piece of work, growing and scattered, bounded in all.</summary>
internal sealed class Patience(TimeSpan limit)
{
    private const int MaxPauseMilliseconds = 200;

    private readonly long _began = Stopwatch.GetTimestamp();
    private int _tries;

    /// <summary>True where the work was tried for long enough.</summary>
    public bool IsOver => Stopwatch.GetElapsedTime(_began) >= limit;

    /// <summary>Waits before the next try; the first time hardly at all.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var most = Math.Min(MaxPauseMilliseconds, 4 << Math.Min(_tries++, 6));
        return Task.Delay(Random.Shared.Next(most / 2, most + 1), cancellationToken);
    }
}
