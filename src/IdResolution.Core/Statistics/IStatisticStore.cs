using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Statistics;

/// <summary>Keeps the counts of days.</summary>
public interface IStatisticStore
{
    /// <summary>Adds counts.</summary>
    Task AddAsync(IReadOnlyList<Statistic> counts, CancellationToken cancellationToken);

    /// <summary>
    /// Adds counts gathered from the log and moves the reader's cursor with them; false, with nothing added, where the
    /// move is refused, since another node counts now.
    /// </summary>
    Task<bool> AddFromLogAsync(LogMove move, IReadOnlyList<Statistic> counts, CancellationToken cancellationToken);

    /// <summary>The counts of days from one to another, both included.</summary>
    ValueTask<IReadOnlyList<Statistic>> ReadAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken);
}
