using System.Collections.Concurrent;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>
/// Writes the audit log: acts at once, denials as one line for each caller, action, error code and minute. At most
/// <see cref="MaxPending"/> such lines wait at a time, so that an attacker cannot fill the disk. Thread-safe.
/// </summary>
public sealed class Auditor(IAuditStore store, TimeProvider time)
{
    private const int MaxPending = 10_000;

    private readonly ConcurrentDictionary<(string Caller, string Action, string Outcome, long Minute), long> _denials =
        new();

    /// <summary>Writes an act that was done.</summary>
    public Task DoneAsync(Caller caller, string action, string target, CancellationToken cancellationToken) =>
        store.AppendAsync([new AuditEvent(Micros.Now(time), caller.Name, action, target, "done")], cancellationToken);

    /// <summary>Counts a denial. The next <see cref="FlushAsync"/> writes it.</summary>
    public void Denied(Caller caller, string action, ErrorCode code)
    {
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        var key = (caller.Name, action, code.ToString(), minute);
        if (_denials.Count < MaxPending || _denials.ContainsKey(key))
        {
            _denials.AddOrUpdate(key, 1, static (_, count) => count + 1);
        }
    }

    /// <summary>Writes the denials of minutes that have ended, or of all minutes.</summary>
    public async Task FlushAsync(bool all, CancellationToken cancellationToken)
    {
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        var events = new List<AuditEvent>();
        foreach (var key in _denials.Keys)
        {
            if ((all || key.Minute < minute) && _denials.TryRemove(key, out var count))
            {
                events.Add(new AuditEvent(key.Minute * 60_000_000, key.Caller, key.Action, "", key.Outcome, count));
            }
        }
        if (events.Count > 0)
        {
            try
            {
                await store.AppendAsync(events, cancellationToken);
            }
            catch
            {
                // The denials are put back for the next flush.
                foreach (var line in events)
                {
                    _denials.AddOrUpdate(
                        (line.Caller, line.Action, line.Outcome, line.Time / 60_000_000),
                        line.Count,
                        (_, count) => count + line.Count
                    );
                }
                throw;
            }
        }
    }
}
