namespace IdResolution.Core.Access;

/// <summary>Stores the audit log.</summary>
public interface IAuditStore
{
    /// <summary>Appends lines. If the log is over its size limit, the oldest denials are deleted first.</summary>
    Task AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken);

    /// <summary>Reads lines with a number below <paramref name="before"/> (0: all), newest first.</summary>
    ValueTask<IReadOnlyList<AuditEvent>> ReadAsync(long before, int limit, CancellationToken cancellationToken);
}
