using IdResolution.Core.ChangeLog;
using IdResolution.Core.Statistics;

namespace IdResolution.Storage.Sql;

/// <summary>Counts by day, template, source, operation and prefix.</summary>
internal sealed class StatisticStore(ISqlEngine engine) : IStatisticStore
{
    /// <inheritdoc/>
    public Task AddAsync(IReadOnlyList<Statistic> counts, CancellationToken cancellationToken) =>
        counts.Count == 0
            ? Task.CompletedTask
            : engine.WriteAsync(
                "add statistics",
                async session =>
                {
                    await AddAsync(session, counts);
                    return true;
                },
                cancellationToken,
                isRepeatable: false
            );

    /// <inheritdoc/>
    public Task SetAsync(IReadOnlyList<Statistic> counts, CancellationToken cancellationToken) =>
        counts.Count == 0
            ? Task.CompletedTask
            : engine.WriteAsync(
                "set statistics",
                async session =>
                {
                    await WriteAsync(session, counts, Statements.SetStatistic);
                    return true;
                },
                cancellationToken
            );

    /// <inheritdoc/>
    public Task<bool> AddFromLogAsync(
        LogMove move,
        IReadOnlyList<Statistic> counts,
        CancellationToken cancellationToken
    ) => engine.MoveAsync("count log", move, session => AddAsync(session, counts), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Statistic>> ReadAsync(
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    )
    {
        var parameters = new { from = StatisticRow.DayText(from), to = StatisticRow.DayText(to) };
        return engine.ReadAsync(
            "read statistics",
            async session =>
                (IReadOnlyList<Statistic>)
                    [
                        .. await ReadAsync(session, Statements.ReadFormerStatistics, parameters),
                        .. await ReadAsync(session, Statements.ReadStatistics, parameters),
                    ],
            cancellationToken,
            isHeavy: true
        );
    }

    private static Task<IReadOnlyList<Statistic>> ReadAsync(SqlSession session, string statement, object parameters) =>
        session.QueryAsync<StatisticRow, Statistic>(statement, parameters, r => r.ToStatistic());

    private Task AddAsync(SqlSession session, IReadOnlyList<Statistic> counts) =>
        WriteAsync(session, counts, Statements.AddToStatistic);

    private async Task WriteAsync(SqlSession session, IReadOnlyList<Statistic> counts, string change)
    {
        // All nodes use the same order. So nodes that count the same keys wait for each other, without deadlock.
        var ordered = counts
            .OrderBy(c => c.Key.Day)
            .ThenBy(c => c.Key.Template, StringComparer.Ordinal)
            .ThenBy(c => c.Key.Source, StringComparer.Ordinal)
            .ThenBy(c => c.Key.Operation, StringComparer.Ordinal)
            .ThenBy(c => c.Key.Prefix, StringComparer.Ordinal);
        foreach (var (key, count) in ordered)
        {
            var row = new
            {
                Day = StatisticRow.DayText(key.Day),
                key.Template,
                Source = engine.Dialect.Text(key.Source),
                key.Operation,
                key.Prefix,
                count,
            };
            if (await session.ExecuteAsync(change, row) == 0)
            {
                await session.ExecuteAsync(Statements.InsertStatistic, row);
            }
        }
    }
}
