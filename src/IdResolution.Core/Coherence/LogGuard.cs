using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Coherence;

/// <summary>
/// Notices that the store came back from a backup: its log ends before an entry that was seen, or has another entry in
/// its place, or is gone. From then on the store must take no writes, until the next log begins. Thread-safe.
/// </summary>
public sealed class LogGuard
{
    private readonly Lock _lock = new();
    private LogPoint? _known;

    // While the store is restored: the number of the log that it must leave.
    private long? _pending;
    private volatile bool _isRestored;

    /// <summary>Called with true when the store came back from a backup, with false when the next log began.</summary>
    public event Action<bool>? Changed;

    /// <summary>The furthest entry that was seen, here or by others; null before the first.</summary>
    public LogPoint? Known => Volatile.Read(ref _known);

    /// <summary>True while the store is one that came back from a backup, and the next log has not begun.</summary>
    public bool IsRestored => _isRestored;

    /// <summary>Takes note of an entry that somebody has seen. The next look compares it.</summary>
    public void Hear(LogPoint? point)
    {
        lock (_lock)
        {
            if (point?.IsAfter(_known) == true)
            {
                Volatile.Write(ref _known, point);
            }
        }
    }

    /// <summary>Takes note that the store was restored, as its mark says.</summary>
    /// <param name="log">The number of the log that the store must leave.</param>
    /// <param name="current">The number of the store's log.</param>
    public void HearRestored(long log, long current)
    {
        if (current <= log)
        {
            Set(log);
        }
    }

    /// <summary>
    /// Compares what a look shows with what is known. False if they do not fit; true, and the last entry is known from
    /// now on, if they do. While the store is restored, any log fits, and the next one ends that state.
    /// </summary>
    /// <param name="asked">The entry whose leaf the look was asked for.</param>
    /// <param name="look">What the look shows.</param>
    /// <param name="current">The store's log; null for one without a name.</param>
    public bool Fits(LogPoint? asked, in LogLook look, CurrentLog? current)
    {
        var log = current?.Name.Number ?? 0;
        lock (_lock)
        {
            if (_pending is { } pending && !Follows(current, pending))
            {
                return true;
            }
            if (_pending is null && asked is not null && !Holds(asked, look, current))
            {
                return false;
            }
            // A log without a name may still be in another format, and its leaves change with it.
            if (look.HeadLeaf is not null && log > 0)
            {
                var head = new LogPoint(log, look.Head, Convert.ToHexStringLower(look.HeadLeaf));
                if (head.IsAfter(_known))
                {
                    Volatile.Write(ref _known, head);
                }
            }
        }
        Set(null);
        return true;
    }

    /// <summary>Takes note that the store came back from a backup: what it holds does not fit what is known.</summary>
    public void Restored() => Set(Known?.Log ?? 0);

    /// <summary>True if a log goes on after another. A later one that went on after none is of another store.</summary>
    private static bool Follows(CurrentLog? current, long log) =>
        current is not null && current.Name.Number > log && (current.Start.Restarted || log == 0);

    private static bool Holds(LogPoint asked, in LogLook look, CurrentLog? current) =>
        Follows(current, asked.Log)
        || (
            asked.Log == (current?.Name.Number ?? 0)
            && asked.Sequence <= look.Head
            && look.KnownLeaf is not null
            && asked.Leaf == Convert.ToHexStringLower(look.KnownLeaf)
        );

    private void Set(long? pending)
    {
        lock (_lock)
        {
            if (_pending == pending)
            {
                return;
            }
            var changes = _pending is null != pending is null;
            _pending = pending;
            _isRestored = pending is not null;
            if (!changes)
            {
                return;
            }
        }
        Changed?.Invoke(pending is not null);
    }
}
