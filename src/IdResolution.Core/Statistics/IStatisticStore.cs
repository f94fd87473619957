using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Statistics;

/// <summary>Stores the counts for each day.</summary>
public interface IStatisticStore
{
    /// <summary>Adds counts to those that are stored for the same keys.</summary>
    Task AddAsync(IReadOnlyList<Statistic> counts, CancellationToken cancellationToken);

    /// <summary>Sets counts, whatever is stored for the same keys.</summary>
    Task SetAsync(IReadOnlyList<Statistic> counts, CancellationToken cancellationToken);

    /// <summary>
    /// Adds counts from the log and moves the reader's cursor in the same transaction. False, with nothing added, if
    /// the move is refused because another node counts now.
    /// </summary>
    Task<bool> AddFromLogAsync(LogMove move, IReadOnlyList<Statistic> counts, CancellationToken cancellationToken);

    /// <summary>Reads the counts from one day to another, both included.</summary>
    ValueTask<IReadOnlyList<Statistic>> ReadAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken);
}
