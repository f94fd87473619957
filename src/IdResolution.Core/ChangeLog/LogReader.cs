using IdResolution.Core.Errors;
using IdResolution.Core.Leases;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// Follows the log for one handler. The cursor is in the store and moves with the writes of the handler, so each entry
/// is taken once. A lease lets one node at a time read. After each failure the reader pauses longer. An entry that
/// cannot be taken is set aside. Thread-safe.
/// </summary>
/// <param name="log">The log to read.</param>
/// <param name="store">Keeps the cursor and the dead letters.</param>
/// <param name="lease">The lease with the reader's name.</param>
/// <param name="handler">Takes the entries.</param>
/// <param name="time">The clock.</param>
/// <param name="page">The greatest number of entries for the handler at once.</param>
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

    private const long Unknown = -1;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private long _cursor = Unknown;
    private long _deadLetters = Unknown;
    private long _setAside;

    // The entry that could not be taken last time; 0 for none.
    private long _suspect;
    private int _tries;

    private readonly FailurePause _pause = new(time);
    private readonly FailurePause _otherPause = new(time);
    private bool _reads;
    private DeadLetter? _lastSetAside;

    /// <summary>The name of the reader and of its lease.</summary>
    public string Name => handler.Name;

    /// <summary>True while this node holds the lease, as far as it knows.</summary>
    public bool HoldsLease => lease.IsHeld;

    /// <summary>True if this node was the reading one when it last asked for the lease.</summary>
    public bool Reads => Volatile.Read(ref _reads);

    /// <summary>The exception of this node's last try; null if it succeeded or another node reads now.</summary>
    public Exception? Failure => _pause.Cause ?? _otherPause.Cause;

    /// <summary>When the first try failed since the last success; null if the last try succeeded.</summary>
    public DateTimeOffset? FailingSince => _pause.Since ?? _otherPause.Since;

    /// <summary>True if this node is to read entries as they come.</summary>
    public bool IsPrompt => handler.IsPrompt && Reads && !IsPausing && handler.ClosedFor == TimeSpan.Zero;

    /// <summary>
    /// True during the pause after a failure, when automatic tries should wait: 1 s at first, then twice as long each
    /// time, at most 1 min, and up to a fifth less, so that nodes do not try together. A handler may ask for longer.
    /// Other work of the handler has a pause of its own, so that entries go on while it fails.
    /// </summary>
    public bool IsPausing => _pause.Lasts;

    /// <summary>The number of dead letters when this node last read; 0 if another node reads.</summary>
    public long DeadLetters => handler.DeadLetters ?? Math.Max(0, Volatile.Read(ref _deadLetters));

    /// <summary>What the operator should know of what the handler did; null for nothing.</summary>
    public string? Notice => handler.Notice;

    /// <summary>The number of entries that this object has set aside.</summary>
    public long SetAside => Volatile.Read(ref _setAside);

    /// <summary>The last entry that this object has set aside, or null.</summary>
    public DeadLetter? LastSetAside => Volatile.Read(ref _lastSetAside);

    /// <summary>The number of entries still to read; null if this node has not looked yet.</summary>
    /// <param name="head">The log's head to compare the cursor with.</param>
    public long? Lag(long head) =>
        Volatile.Read(ref _cursor) is var cursor and not Unknown ? Math.Max(0, head - cursor) : null;

    /// <summary>The last entry taken, as far as this node knows; -1 if it has not looked yet.</summary>
    public long Cursor => Volatile.Read(ref _cursor);

    /// <summary>
    /// Asks the store for the last entry taken: another process may have set the reader back, and then its table is
    /// being made anew.
    /// </summary>
    public async ValueTask<long> LookAsync(CancellationToken cancellationToken)
    {
        var cursor = await store.CursorAsync(Name, cancellationToken);
        Volatile.Write(ref _cursor, cursor);
        return cursor;
    }

    /// <summary>
    /// Takes the entries after the cursor, if this node holds the lease. Tries at once, even during a pause. A failure
    /// of the handler goes to <see cref="Failure"/>; only a failure of the store is thrown.
    /// </summary>
    /// <param name="head">The log's head as far as the node knows.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task CatchUpAsync(long head, CancellationToken cancellationToken)
    {
        OwnWork.Begin();
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await ReadAsync(head, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _pause.Fail(e);
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

    /// <summary>Gives the lease back if this node holds it, so that another node can read at once.</summary>
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
        if (_cursor > head)
        {
            // The store came back from a backup, and its cursor with it.
            Volatile.Write(ref _cursor, Unknown);
        }
        if (handler.ClosedFor > TimeSpan.Zero)
        {
            return;
        }
        if (await DoOtherWorkAsync(cancellationToken))
        {
            // It takes long, and what came meanwhile is not to wait for more of it.
            head = Math.Max(head, await log.HeadAsync(cancellationToken));
        }
        if (_cursor >= head && await LookAsync(cancellationToken) >= head)
        {
            // Nothing is left that a failure could hold up.
            _pause.Succeed();
            return;
        }
        var goesOn = true;
        // It may close while there is much to take.
        while (goesOn && _cursor < head && handler.ClosedFor == TimeSpan.Zero)
        {
            goesOn = await ReadPageAsync(head, cancellationToken);
        }
    }

    /// <summary>Has the handler take a page. False where it ends for now: nothing is left, or it failed.</summary>
    private async Task<bool> ReadPageAsync(long head, CancellationToken cancellationToken)
    {
        var cursor = await LookAsync(cancellationToken);
        if (cursor >= _suspect)
        {
            _suspect = 0;
        }
        if (cursor >= head)
        {
            _pause.Succeed();
            return false;
        }
        if (await lease.HoldAsync(cancellationToken) is not { } held)
        {
            // Another node reads now, so a failure of this node no longer matters.
            Volatile.Write(ref _reads, false);
            Volatile.Write(ref _deadLetters, Unknown);
            _pause.Succeed();
            return false;
        }
        Volatile.Write(ref _reads, true);
        await CountDeadLettersAsync(cancellationToken);
        var read = await log.ReadAsync(cursor, page, cancellationToken);
        if (read.Count == 0)
        {
            return false;
        }
        var changes = WithoutSuspect(read);
        // Calls during a pause must not use up the tries of an entry.
        return (changes[0].Sequence != _suspect || !IsPausing)
            && await TryAsync(changes, held, cursor, cancellationToken);
    }

    /// <summary>Does what the handler has to do besides, if this node holds the lease. True if it did.</summary>
    private async Task<bool> DoOtherWorkAsync(CancellationToken cancellationToken)
    {
        if (!await handler.HasOtherWorkAsync(cancellationToken))
        {
            _otherPause.Succeed();
            return false;
        }
        if (_otherPause.Lasts)
        {
            return false;
        }
        var holds = await lease.HoldAsync(cancellationToken) is not null;
        Volatile.Write(ref _reads, holds);
        if (!holds)
        {
            _otherPause.Succeed();
            return false;
        }
        var cursor = await store.CursorAsync(Name, cancellationToken);
        try
        {
            await lease.WhileHeldAsync(
                async held =>
                {
                    await handler.DoOtherWorkAsync(cursor, held);
                    return true;
                },
                cancellationToken
            );
            _otherPause.Succeed();
            // It may have moved the cursor.
            Volatile.Write(ref _cursor, Unknown);
            return true;
        }
        catch (Exception e) when (e is not (OperationCanceledException or StoreException or IOException))
        {
            // It must not keep entries from being taken.
            _otherPause.Fail(e);
            return false;
        }
    }

    /// <summary>
    /// The part of a page to try if it holds the suspect entry: the entries before it, or that entry alone.
    /// </summary>
    private IReadOnlyList<Change> WithoutSuspect(StatePage<Change> changes)
    {
        if (_suspect == 0 || _suspect > changes[^1].Sequence)
        {
            return changes;
        }
        var before = changes.TakeWhile(c => c.Sequence < _suspect).ToList();
        return before.Count > 0 ? before : [changes[0]];
    }

    /// <summary>Gives entries to the handler. True if reading goes on.</summary>
    private async Task<bool> TryAsync(
        IReadOnlyList<Change> changes,
        Lease held,
        long cursor,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var move = new LogMove(held, Name, cursor, changes[^1].Sequence);
            var moved = await lease.WhileHeldAsync(
                ended => handler.HandleAsync(changes, move, ended),
                cancellationToken
            );
            // If the cursor did not move, another node reads now. A success before a suspect does not end its pause.
            if (_suspect == 0)
            {
                _pause.Succeed();
            }
            return moved;
        }
        catch (UnreadableEntryException e) when (e.Sequence > cursor && e.Sequence <= changes[^1].Sequence)
        {
            _tries = e.Sequence == _suspect ? _tries + 1 : 1;
            _suspect = e.Sequence;
            if (_tries < MaxTries)
            {
                _pause.Fail(e);
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
        var letter = new DeadLetter(Name, unreadable.Sequence, unreadable.Reason, Micros.Now(time));
        if (!await store.SetAsideAsync(new LogMove(held, Name, cursor, letter.Sequence), letter, cancellationToken))
        {
            return false;
        }
        _suspect = 0;
        Volatile.Write(ref _deadLetters, DeadLetters + 1);
        Volatile.Write(ref _setAside, _setAside + 1);
        Volatile.Write(ref _lastSetAside, letter);
        _pause.Succeed();
        return true;
    }

    /// <summary>Counts only if there may be some: a restart in another process deletes dead letters.</summary>
    private async Task CountDeadLettersAsync(CancellationToken cancellationToken)
    {
        if (_deadLetters == 0)
        {
            return;
        }
        var states = await store.ListAsync(cancellationToken);
        Volatile.Write(ref _deadLetters, states.FirstOrDefault(s => s.Name == Name)?.DeadLetters ?? 0);
    }
}
