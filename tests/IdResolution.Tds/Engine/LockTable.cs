namespace IdResolution.Tds.Engine;

/// <summary>
/// Named locks, shared or exclusive, granted in the order asked for; who would wait for ever gets a deadlock instead.
/// </summary>
internal sealed class LockTable
{
    private readonly Lock _sync = new();
    private readonly List<Held> _held = [];
    private readonly List<Waiter> _waiters = [];

    private sealed record Held(object Owner, LockScope Scope, string Resource, bool IsExclusive);

    private sealed record Waiter(
        object Owner,
        LockScope Scope,
        string Resource,
        bool IsExclusive,
        TaskCompletionSource<bool> Granted
    );

    public async Task<LockResult> AcquireAsync(
        object owner,
        LockScope scope,
        string resource,
        bool isExclusive,
        TimeSpan timeout,
        CancellationToken cancellation
    )
    {
        Waiter waiter;
        lock (_sync)
        {
            waiter = new Waiter(
                owner,
                scope,
                resource,
                isExclusive,
                new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
            );
            if (!Blockers(waiter).Any())
            {
                _held.Add(new Held(owner, scope, resource, isExclusive));
                return LockResult.Granted;
            }

            if (timeout == TimeSpan.Zero)
            {
                return LockResult.TimedOut;
            }

            _waiters.Add(waiter);
            if (WaitsFor(owner, owner, []))
            {
                _waiters.Remove(waiter);
                return LockResult.Deadlock;
            }
        }

        try
        {
            await waiter.Granted.Task.WaitAsync(timeout, cancellation);
            return LockResult.GrantedAfterWaiting;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            lock (_sync)
            {
                if (!_waiters.Remove(waiter))
                {
                    // It was granted in the meantime.
                    return LockResult.GrantedAfterWaiting;
                }

                Grant();
            }

            return error is TimeoutException ? LockResult.TimedOut : throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>Gives one lock back; false where it is not held.</summary>
    public bool Release(object owner, LockScope scope, string resource)
    {
        lock (_sync)
        {
            var index = _held.FindIndex(held =>
                held.Owner == owner && held.Scope == scope && held.Resource == resource
            );
            if (index >= 0)
            {
                _held.RemoveAt(index);
                Grant();
            }

            return index >= 0;
        }
    }

    public void ReleaseAll(object owner, LockScope scope)
    {
        lock (_sync)
        {
            _held.RemoveAll(held => held.Owner == owner && held.Scope == scope);
            Grant();
        }
    }

    /// <summary>Who holds and who waits for what, a line each.</summary>
    public IEnumerable<string> Describe()
    {
        lock (_sync)
        {
            return
            [
                .. _held.Select(held => $"{held.Resource} held by {held.Owner}"),
                .. _waiters.Select(waiter => $"{waiter.Resource} awaited by {waiter.Owner}"),
            ];
        }
    }

    private void Grant()
    {
        for (var index = 0; index < _waiters.Count; index++)
        {
            var waiter = _waiters[index];
            if (!Blockers(waiter).Any())
            {
                _waiters.RemoveAt(index--);
                _held.Add(new Held(waiter.Owner, waiter.Scope, waiter.Resource, waiter.IsExclusive));
                waiter.Granted.SetResult(true);
            }
        }
    }

    /// <summary>
    /// Who keeps a waiter waiting: those who hold the lock, and those who asked before, unless the waiter has a part of
    /// it already.
    /// </summary>
    private IEnumerable<object> Blockers(Waiter waiter)
    {
        var holders = _held
            .Where(held =>
                held.Resource == waiter.Resource
                && held.Owner != waiter.Owner
                && (held.IsExclusive || waiter.IsExclusive)
            )
            .Select(held => held.Owner);
        return _held.Exists(held => held.Resource == waiter.Resource && held.Owner == waiter.Owner)
            ? holders
            : holders.Concat(
                _waiters
                    .TakeWhile(other => other != waiter)
                    .Where(other =>
                        other.Resource == waiter.Resource
                        && other.Owner != waiter.Owner
                        && (other.IsExclusive || waiter.IsExclusive)
                    )
                    .Select(other => other.Owner)
            );
    }

    private bool WaitsFor(object from, object target, HashSet<object> seen) =>
        _waiters.Find(waiter => waiter.Owner == from) is { } waiter
        && Blockers(waiter).Any(blocker => blocker == target || (seen.Add(blocker) && WaitsFor(blocker, target, seen)));
}
