namespace IdResolution.Server.UpstreamLink;

/// <summary>
/// Counts failures (-4, 500) to tell items that the secondary node fails at from a secondary node that fails. Not
/// thread-safe.
/// </summary>
internal sealed class SnmsFailures(TimeProvider time)
{
    // From so many failures in a row on, the item that causes them is looked for.
    private const int BeforeLooking = 3;

    // If so many items in a row fail alone, the secondary node answers, but seems to take nothing. Only after as many
    // failures as come in a quarter of an hour it is the items all the same, so that nothing stops for good. It counts
    // only what fails while other work is done.
    private const int MostInRow = 10;
    private const int Patience = 17;

    // Failures further apart are not in a row. Longer than the pause that a secondary node may ask for.
    private static readonly TimeSpan s_apart = TimeSpan.FromMinutes(20);

    private string? _call;
    private int _failures;
    private int _inRow;
    private int _waited;
    private long _at;

    /// <summary>True if calls failed so often that the item is looked for that causes it.</summary>
    public bool LooksForCause => Failures >= BeforeLooking;

    /// <summary>True for an item that fails alone, if it may be the item's fault.</summary>
    public bool MayBeOfItem => _inRow < MostInRow || _waited >= Patience;

    private int Failures => time.GetElapsedTime(_at) < s_apart ? _failures : 0;

    /// <summary>Notes that a call failed.</summary>
    public void Failed(string call)
    {
        if (Failures == 0)
        {
            _waited = 0;
        }
        (_failures, _call, _at) = (Failures + 1, call, time.GetTimestamp());
    }

    /// <summary>Notes that an item failed alone which is not taken for the cause, and other work was done.</summary>
    public void Waited() => _waited++;

    /// <summary>Notes that an item failed alone, by its own fault. Many may, one after the other, for long.</summary>
    public void WasOfItem()
    {
        _inRow++;
        (_failures, _at) = (Math.Max(_failures, BeforeLooking), time.GetTimestamp());
    }

    /// <summary>
    /// Notes that a page is through. Until then calls come again each time, and each would use up the patience anew.
    /// </summary>
    public void EndedPage() => _waited = 0;

    /// <summary>Notes that something was taken.</summary>
    public void Taken() => _inRow = 0;

    /// <summary>
    /// Notes that a call ended. Where items of it failed alone, the next that fails is looked for at once. Other calls
    /// may succeed each time before the one that fails.
    /// </summary>
    public void Ended(string call, bool hasFailed)
    {
        if (hasFailed)
        {
            (_failures, _call, _at) = (BeforeLooking, call, time.GetTimestamp());
        }
        else if (call == _call)
        {
            _failures = 0;
        }
    }
}
