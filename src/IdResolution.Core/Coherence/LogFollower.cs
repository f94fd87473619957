using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Coherence;

/// <summary>
/// The tail of the log in a node: drops cached records that changed, reloads the catalog and wakes waiting readers.
/// Commits of this process come through <see cref="Committed"/> before they are acknowledged. Entries of other
/// processes are read from the store. If the store came back from a backup, all that was cached is dropped.
/// Thread-safe.
/// </summary>
public sealed class LogFollower(
    IChangeLog log,
    IRecordCache cache,
    CatalogHolder catalog,
    LogGuard guard,
    TimeProvider time
) : IDisposable
{
    private const int Page = 2_000;

    // Writes of others must be seen within a second. From this age on, the cache is not used without asking the store.
    private static readonly TimeSpan LateAfter = TimeSpan.FromMilliseconds(700);

    // Longer than any read of the store takes. A read that began before the store came back must not be cached.
    private static readonly TimeSpan SettlesIn = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _lock = new();
    private long _began;
    private long _applied;
    private long _head;
    private long _seenAt;
    private long _log;
    private long _settledAt = long.MinValue;

    // What the last look showed while the store was restored.
    private LogLook _restored;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The log's head when the node started. Changes before it raised no floor of the cache.</summary>
    public long Began => Volatile.Read(ref _began);

    /// <summary>What notices a store that came back from a backup.</summary>
    public LogGuard Guard => guard;

    /// <summary>The number of the log that is followed; 0 for one without a name.</summary>
    public long Log => Volatile.Read(ref _log);

    /// <summary>All entries up to this sequence number are applied.</summary>
    public long Applied => Volatile.Read(ref _applied);

    /// <summary>
    /// The greatest sequence number seen. Entries between <see cref="Applied"/> and this one are still to be applied.
    /// </summary>
    public long Head => Math.Max(Volatile.Read(ref _head), Applied);

    /// <summary>All entries that the log held this long ago are applied.</summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _seenAt));

    /// <summary>True if cached records may soon be older than a node may answer.</summary>
    public bool IsLate => Age > LateAfter;

    /// <summary>Called when all that was read from the store before must be forgotten.</summary>
    public event Action? BeganAnew;

    /// <summary>
    /// True while the store is one that came back from a backup, and the next log has not begun. Answers must say that
    /// they may be old.
    /// </summary>
    public bool IsRestored => guard.IsRestored;

    /// <summary>
    /// True for a minute after the log began anew. What is read meanwhile may come from the store as it was before, and
    /// must not be cached.
    /// </summary>
    public bool IsSettling => time.GetTimestamp() < Volatile.Read(ref _settledAt);

    private long LogNumber => catalog.Current.Log?.Name.Number ?? 0;

    /// <summary>Loads the catalog and begins at the log's head, because the cache is still empty.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await catalog.ReloadAsync(0, cancellationToken);
        Volatile.Write(ref _log, LogNumber);
        Begin(catalog.Current.Sequence);
        await LookAsync(cancellationToken);
        Volatile.Write(ref _seenAt, time.GetTimestamp());
    }

    /// <summary>Applies a commit of this process. Called before the commit is acknowledged.</summary>
    /// <param name="first">The first sequence number of the commit.</param>
    /// <param name="last">The last sequence number of the commit.</param>
    /// <param name="keys">
    /// The keys of the changed objects, in order from <paramref name="first"/> (<see cref="ChangedKey.Key"/>).
    /// </param>
    public void Committed(long first, long last, IReadOnlyList<LookupKey> keys)
    {
        var hasDocuments = false;
        for (var i = 0; i < keys.Count; i++)
        {
            var change = new ChangedKey(first + i, keys[i]);
            if (change.IsRecord)
            {
                cache.Invalidate(change.Key, change.Sequence);
            }
            hasDocuments |= change.IsDocument;
        }
        lock (_lock)
        {
            _head = Math.Max(_head, last);
            // If other processes wrote in between, the tail reads the gap and this commit again, which does no harm.
            if (!hasDocuments && _applied == first - 1)
            {
                Volatile.Write(ref _applied, last);
            }
        }
        Wake();
    }

    /// <summary>Reads and applies all new entries.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                var begun = time.GetTimestamp();
                var head = await LookAsync(cancellationToken);
                var after = Applied;
                lock (_lock)
                {
                    _head = Math.Max(_head, head);
                }
                if (head <= after)
                {
                    Volatile.Write(ref _seenAt, begun);
                    return;
                }
                var changes = await log.ReadKeysAsync(after, Page, cancellationToken);
                if (changes.Count == 0)
                {
                    // The store was set back since the look. The next look notices.
                    return;
                }
                var document = Invalidate(changes);
                if (document > 0)
                {
                    await catalog.ReloadAsync(document, cancellationToken);
                    FollowName();
                }
                lock (_lock)
                {
                    Volatile.Write(ref _applied, Math.Max(_applied, changes[^1].Sequence));
                }
                if (changes[^1].Sequence >= head)
                {
                    // If others write without pause, the check above never finds the end.
                    Volatile.Write(ref _seenAt, begun);
                }
                Wake();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Looks at the log, and returns its head. If the store came back from a backup, begins anew with what it holds.
    /// </summary>
    private async Task<long> LookAsync(CancellationToken cancellationToken)
    {
        var asked = guard.Known;
        var look = await log.LookAsync(asked?.Sequence ?? 0, cancellationToken);
        FollowName();
        if (guard.Fits(asked, look, catalog.Current.Log))
        {
            await FollowRestoredAsync(look, cancellationToken);
            return look.Head;
        }
        // Another node may have begun the next log already.
        await catalog.ReloadAsync(0, cancellationToken);
        FollowName();
        asked = guard.Known;
        look = await log.LookAsync(asked?.Sequence ?? 0, cancellationToken);
        if (!guard.Fits(asked, look, catalog.Current.Log))
        {
            guard.Restored();
            BeginAnew();
        }
        return look.Head;
    }

    /// <summary>
    /// While the store is restored it takes no writes. Where its log changed all the same, the next log began, or it
    /// was restored once more.
    /// </summary>
    private async Task FollowRestoredAsync(LogLook look, CancellationToken cancellationToken)
    {
        if (!guard.IsRestored)
        {
            _restored = default;
        }
        else if (look.Head != _restored.Head || !look.HeadLeaf.AsSpan().SequenceEqual(_restored.HeadLeaf))
        {
            _restored = look;
            await catalog.ReloadAsync(0, cancellationToken);
            FollowName();
            BeginAnew();
            guard.Fits(null, look, catalog.Current.Log);
        }
    }

    /// <summary>Begins anew if the catalog says that the next log began.</summary>
    private void FollowName()
    {
        if (LogNumber is var number && number != _log)
        {
            // A log that gets its first name stays the same.
            var isNamed = _log == 0;
            Volatile.Write(ref _log, number);
            if (!isNamed)
            {
                BeginAnew();
            }
        }
    }

    private void BeginAnew()
    {
        Volatile.Write(ref _settledAt, time.GetTimestamp() + (long)(SettlesIn.TotalSeconds * time.TimestampFrequency));
        cache.Clear();
        Begin(catalog.Current.Sequence);
        BeganAnew?.Invoke();
        Wake();
    }

    private void Begin(long head)
    {
        lock (_lock)
        {
            _head = head;
            Volatile.Write(ref _began, head);
            Volatile.Write(ref _applied, head);
        }
    }

    /// <summary>
    /// Drops the records that changed. Returns the sequence number of the last change of a document, or 0.
    /// </summary>
    private long Invalidate(IReadOnlyList<ChangedKey> changes)
    {
        var document = 0L;
        foreach (var change in changes)
        {
            if (change.IsRecord)
            {
                cache.Invalidate(change.Key, change.Sequence);
            }
            else if (change.IsDocument)
            {
                document = change.Sequence;
            }
        }
        return document;
    }

    /// <summary>Waits until an entry after a sequence number is applied, or the time is over.</summary>
    public async Task WaitAsync(long after, TimeSpan wait, CancellationToken cancellationToken)
    {
        Task moved;
        lock (_lock)
        {
            if (_applied > after)
            {
                return;
            }
            moved = _moved.Task;
        }
        try
        {
            await moved.WaitAsync(wait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The caller looks for new entries itself.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private void Wake()
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            moved = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        moved.SetResult();
    }
}
