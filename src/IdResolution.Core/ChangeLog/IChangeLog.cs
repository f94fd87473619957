namespace IdResolution.Core.ChangeLog;

/// <summary>The one append-only log that everything which must see every change reads from its own cursor.</summary>
public interface IChangeLog
{
    /// <summary>
    /// The last sequence number, 0 for an empty log. A reader that has seen n never later finds a number below n.
    /// </summary>
    ValueTask<long> HeadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What changed after a cursor, in order, at most <paramref name="limit"/>: all that a tail needs, and cheap enough
    /// to keep up with every writer.
    /// </summary>
    ValueTask<IReadOnlyList<ChangedKey>> ReadKeysAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Entries after a cursor, in order, at most <paramref name="limit"/>.</summary>
    /// <param name="after">The last sequence number seen.</param>
    /// <param name="limit">1 and up.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<IReadOnlyList<Change>> ReadAsync(long after, int limit, CancellationToken cancellationToken);
}
