namespace IdResolution.Core.ChangeLog;

/// <summary>The one append-only log that everything which must see every change reads from its own cursor.</summary>
public interface IChangeLog
{
    /// <summary>The last sequence number, 0 for an empty log. A reader that has seen n never later finds a number below n.</summary>
    ValueTask<long> HeadAsync(CancellationToken cancellationToken);

    /// <summary>Entries after a cursor, in order, at most <paramref name="limit"/>.</summary>
    /// <param name="after">The last sequence number seen.</param>
    /// <param name="limit">1 and up.</param>
    /// <param name="withState">Read the versions' states too.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<IReadOnlyList<Change>> ReadAsync(long after, int limit, bool withState, CancellationToken cancellationToken);
}
