namespace IdResolution.Server.Hosting.Work;

/// <summary>A pause that is twice as long each time, up to the longest. Not for several threads.</summary>
internal sealed class GrowingPause(TimeSpan first, TimeSpan longest, TimeProvider time)
{
    private long _begun;
    private TimeSpan _for;

    /// <summary>True while it lasts.</summary>
    public bool Lasts => time.GetElapsedTime(_begun) < _for;

    /// <summary>Begins the next one, twice as long as the last.</summary>
    public void Grow() =>
        Begin(_for == TimeSpan.Zero ? first : TimeSpan.FromTicks(Math.Min(_for.Ticks * 2, longest.Ticks)));

    /// <summary>The next one is the first again.</summary>
    public void Reset() => _for = TimeSpan.Zero;

    private void Begin(TimeSpan pause) => (_begun, _for) = (time.GetTimestamp(), pause);
}
