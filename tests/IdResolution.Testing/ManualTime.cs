namespace IdResolution.Testing;

/// <summary>A clock that tests set, forwards and backwards; timers run on the real one.</summary>
public sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
