using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>Reads the audit log. Needs role admin. Thread-safe.</summary>
public sealed class AuditReader(Auditor auditor, IAuditStore store)
{
    /// <summary>Reads lines, newest first, denials of the current minute included.</summary>
    /// <param name="before">Only lines with a number below this; 0 for all.</param>
    /// <param name="limit">The greatest number of lines, 1 or more.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Result<Page<AuditEvent>>> ReadAsync(
        long before,
        int limit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Require(caller, Role.Admin) is { } refused)
        {
            return refused;
        }
        // Gathered denials are written first, so that the answer shows denials of the current minute.
        await auditor.FlushAsync(all: true, cancellationToken);
        var lines = await store.ReadAsync(before, limit, cancellationToken);
        return new Page<AuditEvent>(lines, lines.Count == limit ? lines[^1].Id : null);
    }
}
