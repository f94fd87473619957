using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>Reads the audit log, for those whom <see cref="AccessPolicy"/> lets. Thread-safe.</summary>
public sealed class AuditReader(Auditor auditor, IAuditStore store, AccessPolicy access)
{
    /// <summary>Reads lines, newest first, those gathered in the current minute included.</summary>
    /// <param name="query">Which lines.</param>
    /// <param name="limit">The greatest number of lines, 1 or more.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Result<Page<AuditEvent>>> ReadAsync(
        AuditQuery query,
        int limit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (access.RequireAuditing(caller) is { } refused)
        {
            return refused;
        }
        // Gathered lines are written first, so that the answer shows the current minute.
        await auditor.FlushAsync(all: true, cancellationToken);
        var lines = await store.ReadAsync(query, limit, cancellationToken);
        return new Page<AuditEvent>(lines, lines.Count == limit ? lines[^1].Id : null);
    }
}
