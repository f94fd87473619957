using System.Data.Common;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Queries that are sent together. Each has its own reader of rows; one without parameters' rows is left out.
/// </summary>
internal sealed class LookupBatch(SqlConnection connection, int seconds) : IAsyncDisposable
{
    private readonly GroupBatch _batch = new(connection, seconds);
    private readonly List<Action<DbDataReader>> _takers = [];

    /// <summary>Adds a query.</summary>
    public LookupBatch Ask(string statement, Action<DbDataReader> take)
    {
        _batch.Say(statement);
        _takers.Add(take);
        return this;
    }

    /// <summary>Adds a query with rows as a parameter; nothing if there are no rows.</summary>
    public LookupBatch Ask<TRow>(
        string statement,
        string parameter,
        SqlServerTable<TRow> table,
        List<TRow> rows,
        Action<DbDataReader> take
    )
    {
        if (_batch.Say(statement, parameter, table, rows))
        {
            _takers.Add(take);
        }
        return this;
    }

    public LookupBatch With(string parameter, long number)
    {
        _batch.With(parameter, number);
        return this;
    }

    public LookupBatch With<TRow>(string parameter, SqlServerTable<TRow> table, List<TRow> rows)
    {
        _batch.Say("", parameter, table, rows);
        return this;
    }

    /// <summary>Runs the queries, if there are any.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_takers.Count == 0)
        {
            return;
        }
        await using var reader = await _batch.Done().ExecuteReaderAsync(cancellationToken);
        foreach (var take in _takers)
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                take(reader);
            }
            await reader.NextResultAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();
}
