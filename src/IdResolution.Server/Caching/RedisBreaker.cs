namespace IdResolution.Server.Caching;

/// <summary>
/// Stops asking after a failure. One reader probes again after a quarter of a second, and then ever more seldom, up to two seconds, until an
/// answer comes in time. Thread-safe.
/// </summary>
internal sealed class RedisBreaker(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private TimeSpan _pause = First;
    private long _probeAt;
    private long _closedAt = time.GetTimestamp();
    private bool _open;

    /// <summary>True while nothing but the probe may be asked.</summary>
    public bool IsOpen => Volatile.Read(ref _open);

    /// <summary>Whether the one probe may be sent now; true where the breaker is closed.</summary>
    public bool MayProbe
    {
        get
        {
            lock (_lock)
            {
                return !_open || time.GetTimestamp() >= _probeAt;
            }
        }
    }

    /// <summary>A command failed or was not answered in time.</summary>
    /// <param name="probe">It was the probe; the failures of commands sent before it change nothing more.</param>
    public void Fail(bool probe = false)
    {
        lock (_lock)
        {
            if (_open && !probe)
            {
                return;
            }
            // Failing again right after it recovered counts as failing still.
            var still = _open || time.GetElapsedTime(_closedAt) < Last;
            _pause = still ? TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, Last.Ticks)) : First;
            _probeAt = time.GetTimestamp() + (long)(_pause.TotalSeconds * time.TimestampFrequency);
            Volatile.Write(ref _open, true);
        }
    }

    /// <summary>The probe was answered in time.</summary>
    public void Succeed()
    {
        lock (_lock)
        {
            if (_open)
            {
                _closedAt = time.GetTimestamp();
                Volatile.Write(ref _open, false);
            }
        }
    }
}
