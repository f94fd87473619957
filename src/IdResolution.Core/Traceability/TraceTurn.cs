namespace IdResolution.Core.Traceability;

/// <summary>
/// The turn of work that has no pages as a walk has: it is given back now and then, so that others have theirs. For one
/// thread at a time.
/// </summary>
internal sealed class TraceTurn : IDisposable
{
    /// <summary>The longest that a turn is kept where others wait, about.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(10);

    private readonly TraceWork _work;
    private TraceWork.Turn? _turn;
    private long _since;

    private TraceTurn(TraceWork work) => _work = work;

    /// <summary>Waits for the first turn.</summary>
    public static async ValueTask<TraceTurn> TakeAsync(TraceWork work, CancellationToken cancellationToken)
    {
        var turn = new TraceTurn(work);
        await turn.TakeAsync(cancellationToken);
        return turn;
    }

    /// <summary>Lets others have their turns, once this one was kept for long.</summary>
    public ValueTask PauseAsync(CancellationToken cancellationToken)
    {
        if (_work.Time.GetElapsedTime(_since) < Longest)
        {
            return default;
        }
        Dispose();
        return TakeAsync(cancellationToken);
    }

    /// <summary>The same for every so many rounds of a loop in which little is done.</summary>
    public ValueTask PauseAsync(int round, CancellationToken cancellationToken) =>
        (round & 0xfff) == 0xfff ? PauseAsync(cancellationToken) : default;

    /// <inheritdoc/>
    public void Dispose()
    {
        _turn?.Dispose();
        _turn = null;
    }

    private async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        // Who waits already is before this one.
        _turn = await _work.TakeTurnAsync(cancellationToken);
        _since = _work.Time.GetTimestamp();
    }
}
