using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>
/// Writes the audit log: acts at once, and what anyone can cause gathered by the minute
/// (<see cref="AuditGathering"/>). What the store does not take waits; what finds no room is counted. Thread-safe.
/// </summary>
/// <param name="store">Stores the lines.</param>
/// <param name="time">The clock.</param>
/// <param name="origin">What every line says of this process; null for nothing.</param>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The semaphore has no wait handle, so it holds nothing; and the last flush comes at the very end."
)]
public sealed class Auditor(IAuditStore store, TimeProvider time, AuditOrigin? origin = null)
{
    /// <summary>The action of all that fails before a caller is known.</summary>
    public const string Authentication = "authentication";

    private const string Dropped = "audit.dropped";
    private const int MaxWaitingActs = 1_000;
    private const long Minute = 60_000_000;

    private readonly AuditGathering _gathered = new();
    private readonly SemaphoreSlim _flushing = new(1);
    private readonly ConcurrentQueue<AuditEvent> _waiting = new();
    private long _dropped;
    private long _untold;
    private long _toldIn;

    /// <summary>How often something could not be noted since the start.</summary>
    public long DroppedCount => Interlocked.Read(ref _dropped);

    /// <summary>Writes an act that was done. If the store fails, the act is written later.</summary>
    /// <param name="caller">Who did it.</param>
    /// <param name="action">What was done, such as <c>template.publish</c>.</param>
    /// <param name="target">What it was done to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="count">How many records, for acts on many.</param>
    /// <param name="isWhole">False for an act on many that ended before the last of them.</param>
    /// <exception cref="StoreException">The store fails. The line waits for the next flush.</exception>
    public async Task DoneAsync(
        Caller caller,
        string action,
        string target,
        CancellationToken cancellationToken,
        long count = 1,
        bool isWhole = true
    )
    {
        var outcome = isWhole ? AuditEvent.Done : AuditEvent.EndedEarly;
        var line = Line(AuditKind.Act, Micros.Now(time), caller, action, target, outcome) with { Count = count };
        try
        {
            await store.AppendAsync([line], cancellationToken);
        }
        catch (StoreException)
        {
            Wait(line);
            throw;
        }
    }

    /// <summary>
    /// Counts an act that may be done often, such as a log-in: one line a minute. The next <see cref="FlushAsync"/>
    /// writes it. Callers whom this node does not know are kept apart.
    /// </summary>
    public void Noted(Caller caller, string action, string target)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var kind = caller.Actor == 0 && !caller.Is(Role.Admin) ? AuditKind.Anonymous : AuditKind.Act;
        Gather(Line(kind, ThisMinute(), caller, action, target, AuditEvent.Done));
    }

    /// <summary>Counts a denial. The next <see cref="FlushAsync"/> writes it.</summary>
    /// <param name="caller">Who was denied.</param>
    /// <param name="action">What was tried.</param>
    /// <param name="code">Why it was denied.</param>
    /// <param name="target">On what: an identifier, or the name of something that exists; else empty.</param>
    public void Denied(Caller caller, string action, ErrorCode code, string target = "") =>
        Gather(Line(AuditKind.Denial, ThisMinute(), caller, action, target, code.ToString()));

    /// <summary>
    /// Writes acts that wait, and the gathered lines of minutes that have ended, or of all minutes. Afterwards those
    /// that another caller was writing are in the store too.
    /// </summary>
    public async Task FlushAsync(bool all, CancellationToken cancellationToken)
    {
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            await WriteGatheredAsync(all, cancellationToken);
        }
        finally
        {
            _flushing.Release();
        }
    }

    private async Task WriteGatheredAsync(bool all, CancellationToken cancellationToken)
    {
        var acts = TakeWaiting();
        var gathered = _gathered.Take(all ? long.MaxValue : ThisMinute());
        // Once a minute at most: whoever causes it must not fill the log with lines that are kept by age alone.
        var told = Interlocked.Read(ref _toldIn);
        var untold = all || told != ThisMinute() ? Interlocked.Exchange(ref _untold, 0) : 0;
        List<AuditEvent> lines = [.. acts, .. gathered];
        if (untold > 0)
        {
            lines.Add(
                Line(AuditKind.Act, Micros.Now(time), Caller.Node, Dropped, "", nameof(ErrorCode.Unavailable)) with
                {
                    Count = untold,
                }
            );
        }
        if (lines.Count == 0)
        {
            return;
        }
        try
        {
            await store.AppendAsync(lines, cancellationToken);
            if (untold > 0)
            {
                Interlocked.Exchange(ref _toldIn, ThisMinute());
            }
        }
        catch
        {
            acts.ForEach(Wait);
            _gathered.Return(gathered);
            Interlocked.Add(ref _untold, untold);
            throw;
        }
    }

    private List<AuditEvent> TakeWaiting()
    {
        var acts = new List<AuditEvent>();
        while (_waiting.TryDequeue(out var act))
        {
            acts.Add(act);
        }
        return acts;
    }

    private long ThisMinute() => Micros.Now(time) / Minute * Minute;

    private void Gather(AuditEvent one)
    {
        if (!_gathered.Add(one))
        {
            Drop();
        }
    }

    private void Wait(AuditEvent act)
    {
        if (_waiting.Count < MaxWaitingActs)
        {
            _waiting.Enqueue(act);
        }
        else
        {
            Drop();
        }
    }

    private void Drop()
    {
        Interlocked.Increment(ref _dropped);
        Interlocked.Increment(ref _untold);
    }

    private AuditEvent Line(AuditKind kind, long at, Caller caller, string action, string target, string outcome) =>
        new(at, AuditText.Of(caller.Name), AuditText.Of(action, 100), AuditText.Of(target), outcome)
        {
            Kind = kind,
            Source = caller.Source.ToString(),
            Trace = caller.Origin?.TraceId ?? "",
            OsUser = caller.IsCommandLine ? AuditText.Of(origin?.OsUser, 100) : "",
            Node = AuditText.Of(origin?.Node, 200),
        };
}
