using IdResolution.Core.Errors;
using IdResolution.Core.Leases;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// Follows the log for one handler: a cursor in the store, a lease by which one node at a time reads, a longer pause
/// after each failure, and entries that cannot be taken set aside. The cursor moves with what the handler writes, so
/// that every entry is taken once, whoever reads. Thread-safe.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="store">Keeps the cursor.</param>
/// <param name="lease">The reader's own, of its name.</param>
/// <param name="handler">What is done with the entries.</param>
/// <param name="time">The clock.</param>
/// <param name="page">How many entries the handler is given at once, at most.</param>
public sealed class LogReader(
    IChangeLog log,
    ILogReaderStore store,
    LeaseKeeper lease,
    ILogHandler handler,
    TimeProvider time,
    int page
) : IDisposable
{
    /// <summary>How often an entry is tried before it is set aside.</summary>
    public const int MaxTries = 3;

    /// <summary>What is kept of a reason, in characters.</summary>
    public const int MaxReason = 500;

    private const long Unknown = -1;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private long _cursor = Unknown;
    private long _deadLetters = Unknown;
    private long _setAside;

    // The entry that could not be taken the last time, 0 for none.
    private long _suspect;
    private int _tries;

    private int _failures;
    private Paused? _paused;
    private bool _reads;
    private DeadLetter? _lastSetAside;

    /// <summary>The reader's name, and its lease's.</summary>
    public string Name => handler.Name;

    /// <summary>True while this node holds the lease, as far as it knows.</summary>
    public bool HoldsLease => lease.IsHeld;

    /// <summary>True where this node was the one that reads, when it last asked.</summary>
    public bool Reads => Volatile.Read(ref _reads);

    /// <summary>Why the last try of this node failed; null where it did not, or another node reads now.</summary>
    public Exception? Failure => Volatile.Read(ref _paused)?.Cause;

    /// <summary>
    /// True while, after a failure, what tries by itself should not: 1 s at first, twice as long each time, 1 min at
    /// most.
    /// </summary>
    public bool IsPausing => Volatile.Read(ref _paused) is { } paused && time.GetElapsedTime(paused.At) < paused.For;

    /// <summary>The entries set aside, as this node knew when it last read; 0 where another node reads.</summary>
    public long DeadLetters => Math.Max(0, Volatile.Read(ref _deadLetters));

    /// <summary>How many entries this object has set aside.</summary>
    public long SetAside => Volatile.Read(ref _setAside);

    /// <summary>The last one of them.</summary>
    public DeadLetter? LastSetAside => Volatile.Read(ref _lastSetAside);

    /// <summary>Entries still to be read; null where this node has not looked yet.</summary>
    /// <param name="head">The log's head.</param>
    public long? Lag(long head) =>
        Volatile.Read(ref _cursor) is var cursor and not Unknown ? Math.Max(0, head - cursor) : null;

    /// <summary>
    /// Takes what the log holds beyond the cursor, where this node may; tries at once, also while it is pausing. What
    /// the handler fails at is kept in <see cref="Failure"/>; only what the store fails at is thrown.
    /// </summary>
    /// <param name="head">
    /// The log's head as far as the node knows: where all of that was taken the store is not asked.
    /// </param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task CatchUpAsync(long head, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await ReadAsync(head, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Fail(e);
            if (e is StoreException or IOException)
            {
                throw;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Gives the lease back where it is held, so that another node reads on at once.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await lease.ReleaseAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task ReadAsync(long head, CancellationToken cancellationToken)
    {
        while (_cursor < head)
        {
            var cursor = await store.CursorAsync(Name, cancellationToken);
            Volatile.Write(ref _cursor, cursor);
            if (cursor >= _suspect)
            {
                _suspect = 0;
            }
            if (cursor >= head)
            {
                Succeed();
                return;
            }
            if (await lease.HoldAsync(cancellationToken) is not { } held)
            {
                // What this node failed at is the other's affair now.
                Volatile.Write(ref _reads, false);
                Volatile.Write(ref _deadLetters, Unknown);
                Succeed();
                return;
            }
            Volatile.Write(ref _reads, true);
            await CountDeadLettersAsync(cancellationToken);
            var read = await log.ReadAsync(cursor, page, cancellationToken);
            if (read.Count == 0)
            {
                return;
            }
            var changes = WithoutSuspect(read);
            // An entry has its tries in their own time, however often somebody asks.
            if (changes[0].Sequence == _suspect && IsPausing)
            {
                return;
            }
            if (!await TryAsync(changes, held, cursor, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>
    /// What is left of a page where one of its entries could not be taken: those before it, or it alone.
    /// </summary>
    private IReadOnlyList<Change> WithoutSuspect(IReadOnlyList<Change> changes)
    {
        if (_suspect == 0 || _suspect > changes[^1].Sequence)
        {
            return changes;
        }
        var before = changes.TakeWhile(c => c.Sequence < _suspect).ToList();
        return before.Count > 0 ? before : [changes[0]];
    }

    /// <summary>Has them taken; true where reading goes on.</summary>
    private async Task<bool> TryAsync(
        IReadOnlyList<Change> changes,
        Lease held,
        long cursor,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var moved = await handler.HandleAsync(
                changes,
                new LogMove(held, Name, cursor, changes[^1].Sequence),
                cancellationToken
            );
            // Where it did not move another node reads now. What was before a suspect says nothing about that one.
            if (_suspect == 0)
            {
                Succeed();
            }
            return moved;
        }
        catch (UnreadableEntryException e) when (e.Sequence > cursor && e.Sequence <= changes[^1].Sequence)
        {
            _tries = e.Sequence == _suspect ? _tries + 1 : 1;
            _suspect = e.Sequence;
            if (_tries < MaxTries)
            {
                Fail(e);
                return changes.Count > 1;
            }
            return await SetAsideAsync(e, held, cursor, cancellationToken);
        }
    }

    private async Task<bool> SetAsideAsync(
        UnreadableEntryException unreadable,
        Lease held,
        long cursor,
        CancellationToken cancellationToken
    )
    {
        var reason = unreadable.Reason.Length > MaxReason ? unreadable.Reason[..MaxReason] : unreadable.Reason;
        var letter = new DeadLetter(Name, unreadable.Sequence, reason, Micros.Now(time));
        if (!await store.SetAsideAsync(new LogMove(held, Name, cursor, letter.Sequence), letter, cancellationToken))
        {
            return false;
        }
        _suspect = 0;
        Volatile.Write(ref _deadLetters, DeadLetters + 1);
        Volatile.Write(ref _setAside, _setAside + 1);
        Volatile.Write(ref _lastSetAside, letter);
        Succeed();
        return true;
    }

    /// <summary>Asked for where there may be some: a restart, in another process, forgets them.</summary>
    private async Task CountDeadLettersAsync(CancellationToken cancellationToken)
    {
        if (_deadLetters == 0)
        {
            return;
        }
        var states = await store.ListAsync(cancellationToken);
        Volatile.Write(ref _deadLetters, states.FirstOrDefault(s => s.Name == Name)?.DeadLetters ?? 0);
    }

    private void Fail(Exception cause)
    {
        var pause = TimeSpan.FromSeconds(
            Math.Min(ShortestPause.TotalSeconds * Math.Pow(2, _failures), LongestPause.TotalSeconds)
        );
        _failures++;
        Volatile.Write(ref _paused, new Paused(cause, time.GetTimestamp(), pause));
    }

    private void Succeed()
    {
        _failures = 0;
        Volatile.Write(ref _paused, null);
    }

    private sealed record Paused(Exception Cause, long At, TimeSpan For);
}
