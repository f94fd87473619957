namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Lets few calls at a time to a server that was not asked before, or was away: its sessions are cold, and many at once
/// hold each other up.
/// Each answer lets one more in, until none is held back. Thread-safe.
/// </summary>
/// <param name="most">From so many calls at a time on none is held back.</param>
// Not disposable: the semaphore has nothing to free as long as nobody asks for its wait handle, and those who wait
// outlast whoever could.
#pragma warning disable CA1001
internal sealed class SlowStart(int most)
#pragma warning restore CA1001
{
    /// <summary>How many calls go at a time at first.</summary>
    public const int First = 4;

    private readonly SemaphoreSlim _free = new(First);
    private int _allowed = First;

    /// <summary>True where calls need not enter any more.</summary>
    public bool IsOver => Volatile.Read(ref _allowed) >= most;

    /// <summary>Waits until the call may go; false where that is not soon enough. Who went in leaves.</summary>
    public Task<bool> EnterAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        _free.WaitAsync(limit, cancellationToken);

    /// <summary>The call has ended.</summary>
    public void Leave(bool isAnswered)
    {
        if (isAnswered)
        {
            Interlocked.Increment(ref _allowed);
        }
        _free.Release(isAnswered ? 2 : 1);
    }
}
