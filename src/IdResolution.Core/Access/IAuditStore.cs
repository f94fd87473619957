namespace IdResolution.Core.Access;

/// <summary>Stores the audit log. Nothing deletes a line but <see cref="TrimAsync"/>.</summary>
public interface IAuditStore
{
    /// <summary>
    /// Appends lines, all or none. Numbers them without gaps in the order of commits, and chains them
    /// (<see cref="AuditChain"/>).
    /// </summary>
    Task AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken);

    /// <summary>Reads the lines that fit a query, newest first.</summary>
    ValueTask<IReadOnlyList<AuditEvent>> ReadAsync(AuditQuery query, int limit, CancellationToken cancellationToken);

    /// <summary>Reads lines with a number below <paramref name="before"/> (0: all), newest first.</summary>
    ValueTask<IReadOnlyList<AuditEvent>> ReadAsync(long before, int limit, CancellationToken cancellationToken) =>
        ReadAsync(new AuditQuery { Before = before }, limit, cancellationToken);

    /// <summary>Reads lines with a number above <paramref name="after"/>, oldest first.</summary>
    ValueTask<IReadOnlyList<AuditEvent>> FollowAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>The first line of each kind that is there and in a chain.</summary>
    ValueTask<IReadOnlyList<AuditEvent>> FirstsAsync(CancellationToken cancellationToken);

    /// <summary>The last line of each kind; kinds that never had a line included.</summary>
    ValueTask<IReadOnlyList<AuditHead>> HeadsAsync(CancellationToken cancellationToken);

    /// <summary>How far a reader of the lines is; null if it never moved.</summary>
    ValueTask<long?> FindCursorAsync(string reader, CancellationToken cancellationToken);

    /// <summary>Keeps how far a reader of the lines is.</summary>
    Task MoveCursorAsync(string reader, long line, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes old lines, from the beginning of each chain. So what is left of a chain has no gap.
    /// </summary>
    /// <param name="before">Lines of all kinds before this time go, in microseconds since 1970 UTC.</param>
    /// <param name="maxLines">How many lines of each kind stay at most. Not for acts.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task TrimAsync(long before, long maxLines, CancellationToken cancellationToken);
}
