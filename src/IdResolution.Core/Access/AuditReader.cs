using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>Shows the audit log to administrators. Thread-safe.</summary>
public sealed class AuditReader(Auditor auditor, IAuditStore store)
{
    /// <summary>Lines, newest first.</summary>
    /// <param name="before">Below this line; 0 for all.</param>
    /// <param name="limit">1 and up.</param>
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
        // What is gathered belongs to the answer: who looks for a denial of this minute should find it.
        await auditor.FlushAsync(all: true, cancellationToken);
        var lines = await store.ReadAsync(before, limit, cancellationToken);
        return new Page<AuditEvent>(lines, lines.Count == limit ? lines[^1].Id : null);
    }
}
