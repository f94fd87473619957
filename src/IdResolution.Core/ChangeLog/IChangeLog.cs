using IdResolution.Core.Primitives;

namespace IdResolution.Core.ChangeLog;

/// <summary>The append-only log of all changes. Each of its readers has its own cursor.</summary>
public interface IChangeLog
{
    /// <summary>
    /// The last sequence number; 0 for an empty log. Once a reader has seen n, no number below n appears.
    /// </summary>
    ValueTask<long> HeadAsync(CancellationToken cancellationToken);

    /// <summary>Reads the head, and the leaf hashes of the last entry and of another, all at one moment.</summary>
    /// <param name="known">The sequence number of the other entry; 0 for none.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<LogLook> LookAsync(long known, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the objects changed after a cursor, in order, at most <paramref name="limit"/>. This is all that a tail
    /// needs, and cheap enough to keep up with every writer.
    /// </summary>
    ValueTask<IReadOnlyList<ChangedKey>> ReadKeysAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the entries after a cursor, in order, at most <paramref name="limit"/> and the bytes of a page.
    /// </summary>
    /// <param name="after">The cursor: the last sequence number read.</param>
    /// <param name="limit">The greatest number of entries, 1 or more.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<StatePage<Change>> ReadAsync(long after, int limit, CancellationToken cancellationToken);
}
