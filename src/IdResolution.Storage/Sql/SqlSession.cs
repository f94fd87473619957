using System.Data;
using System.Data.Common;
using Dapper;

namespace IdResolution.Storage.Sql;

/// <summary>
/// A connection for one call of a port, within its transaction where it writes. On SQLite every task that it gives is
/// completed already. Used by one caller at a time.
/// </summary>
/// <param name="connection">The open connection.</param>
/// <param name="seconds">How long a statement may take; null for the connection's own time.</param>
/// <param name="cancellationToken">Ends a statement.</param>
internal sealed class SqlSession(DbConnection connection, int? seconds, CancellationToken cancellationToken)
{
    /// <summary>Runs a statement; gives how many rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        connection.ExecuteAsync(Command(sql, parameters));

    /// <summary>The one value that a statement answers; the default where there is none.</summary>
    public Task<T?> ScalarAsync<T>(string sql, object? parameters = null) =>
        connection.ExecuteScalarAsync<T>(Command(sql, parameters));

    /// <summary>The rows that a statement answers, taken by Dapper.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<TRow, T>(string sql, object? parameters, Func<TRow, T> take) =>
        [.. (await connection.QueryAsync<TRow>(Command(sql, parameters))).Select(take)];

    /// <summary>The rows that a statement answers, taken column by column.</summary>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, object? parameters, Func<IDataRecord, T> take)
    {
        await using var reader = await connection.ExecuteReaderAsync(Command(sql, parameters));
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(take(reader));
        }
        return rows;
    }

    private CommandDefinition Command(string sql, object? parameters) =>
        new(sql, parameters, commandTimeout: seconds, cancellationToken: cancellationToken);
}
