namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Limits how many calls go at once to a server that was not asked before or was away. Its sessions are cold, and many
/// calls at once would slow each other down. Each answer admits one more call, until there is no limit any longer.
/// Thread-safe.
/// </summary>
/// <param name="most">The number of calls at once from which there is no limit.</param>
// Not disposable: the semaphore holds nothing that must be freed unless its wait handle is used. Nobody could dispose
// it anyway, since calls may still wait.
#pragma warning disable CA1001
internal sealed class SlowStart(int most)
#pragma warning restore CA1001
{
    /// <summary>The number of calls that may run at once at first.</summary>
    public const int First = 4;

    private readonly SemaphoreSlim _free = new(First);
    private int _allowed = First;

    /// <summary>True if calls need not enter any longer.</summary>
    public bool IsOver => Volatile.Read(ref _allowed) >= most;

    /// <summary>Waits until the call may run; false if the wait is too long. A call that entered must leave.</summary>
    public Task<bool> EnterAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        _free.WaitAsync(limit, cancellationToken);

    /// <summary>Ends a call. <paramref name="isAnswered"/> tells if the server answered it.</summary>
    public void Leave(bool isAnswered)
    {
        if (isAnswered)
        {
            Interlocked.Increment(ref _allowed);
        }
        _free.Release(isAnswered ? 2 : 1);
    }
}
