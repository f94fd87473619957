using IdResolution.Core.Leases;

namespace IdResolution.Core.Statistics;

/// <summary>Keeps the counts of days.</summary>
public interface IStatisticStore
{
    /// <summary>Adds counts.</summary>
    Task AddAsync(IReadOnlyList<Statistic> counts, CancellationToken cancellationToken);

    /// <summary>
    /// Adds counts gathered from the log up to <paramref name="cursor"/>, and moves the cursor there; false, with
    /// nothing added, where it is no longer at <paramref name="expectedCursor"/> or the lease was taken over, since
    /// another node counts now.
    /// </summary>
    Task<bool> AddFromLogAsync(
        Lease lease,
        IReadOnlyList<Statistic> counts,
        long expectedCursor,
        long cursor,
        CancellationToken cancellationToken
    );

    /// <summary>How far the log was counted.</summary>
    ValueTask<long> LogCursorAsync(CancellationToken cancellationToken);

    /// <summary>The counts of days from one to another, both included.</summary>
    ValueTask<IReadOnlyList<Statistic>> ReadAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken);
}
