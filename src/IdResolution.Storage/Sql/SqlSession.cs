using System.Data;
using System.Data.Common;
using Dapper;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Sql;

/// <summary>
/// A connection for one call of a port, inside a transaction if the call writes. On SQLite all returned tasks are
/// already completed. Used by one caller at a time.
/// </summary>
/// <param name="connection">The open connection.</param>
/// <param name="seconds">The time limit of a statement in seconds; null for that of the connection.</param>
/// <param name="cancellationToken">Cancels a running statement.</param>
internal sealed class SqlSession(DbConnection connection, int? seconds, CancellationToken cancellationToken)
{
    /// <summary>Runs a statement and returns the number of rows changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        connection.ExecuteAsync(Command(sql, parameters));

    /// <summary>The first value of the result; the default if there is none.</summary>
    public Task<T?> ScalarAsync<T>(string sql, object? parameters = null) =>
        connection.ExecuteScalarAsync<T>(Command(sql, parameters));

    /// <summary>The rows of the result. Dapper fills them, <paramref name="take"/> converts them.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<TRow, T>(string sql, object? parameters, Func<TRow, T> take) =>
        [.. (await connection.QueryAsync<TRow>(Command(sql, parameters))).Select(take)];

    /// <summary>The rows of the result. <paramref name="take"/> reads their columns by position.</summary>
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

    /// <summary>
    /// The first rows of the result: at most <paramref name="limit"/>, as the statement says too, and no more once they
    /// have the bytes of a page. The others are not read.
    /// </summary>
    public async Task<StatePage<T>> PageAsync<T>(
        string sql,
        object? parameters,
        int limit,
        Func<IDataRecord, (T Item, long Bytes)> take
    )
    {
        await using var reader = await connection.ExecuteReaderAsync(Command(sql, parameters));
        var rows = new List<T>();
        for (var bytes = 0L; bytes < StatePage<T>.MaxBytes; )
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return new StatePage<T>(rows, rows.Count == limit);
            }
            var (item, size) = take(reader);
            rows.Add(item);
            bytes += size;
        }
        // Else closing the reader would wait for the rows that are left. Nothing is running any more.
        (reader as IWrappedDataReader)?.Command.Cancel();
        return new StatePage<T>(rows, isFull: true);
    }

    private CommandDefinition Command(string sql, object? parameters) =>
        new(sql, parameters, commandTimeout: seconds, cancellationToken: cancellationToken);
}
