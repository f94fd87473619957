namespace IdResolution.Core.Access;

/// <summary>Keeps the audit log.</summary>
public interface IAuditStore
{
    /// <summary>Appends lines; beyond the store's size cap the oldest denials go first.</summary>
    Task AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken);

    /// <summary>Lines before a number (0 for the newest), newest first.</summary>
    ValueTask<IReadOnlyList<AuditEvent>> ReadAsync(long before, int limit, CancellationToken cancellationToken);
}
