using System.Runtime.CompilerServices;
using Dapper;
using IdResolution.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Maintenance.Copying;

/// <summary>An embedded store as source or target of a copy.</summary>
internal sealed class SqliteCopyStore : ICopyStore
{
    private readonly SqliteConnection _connection;

    /// <summary>Opens the file. Creates and migrates it if needed.</summary>
    public SqliteCopyStore(string file, TimeProvider time)
    {
        Name = file;
        _connection = SqliteDatabase.Open(file, time).Connect();
    }

    public string Name { get; }

    public Task<long> CountAsync(CopyTable table, CancellationToken cancellationToken) =>
        _connection.ExecuteScalarAsync<long>(table.CountStatement);

    public async IAsyncEnumerable<object?[]> ReadAsync(
        CopyTable table,
        object?[]? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = table.SelectStatement(after is not null);
        for (var i = 0; i < after?.Length; i++)
        {
            command.Parameters.AddWithValue($"@k{i}", after[i]);
        }
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = new object?[table.Columns.Length];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }
            yield return row;
        }
    }

    public async Task WriteAsync(
        CopyTable table,
        IReadOnlyList<object?[]> rows,
        string mark,
        string value,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = _connection.BeginTransaction();
        await using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            $"INSERT INTO {table.Quoted} ({table.ColumnList}) "
            + $"VALUES ({string.Join(", ", table.Columns.Select((_, i) => $"@c{i}"))})";
        var parameters = table
            .Columns.Select((_, i) => command.Parameters.Add(new SqliteParameter { ParameterName = $"@c{i}" }))
            .ToArray();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                parameters[i].Value = row[i] ?? DBNull.Value;
            }
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        Set(mark, value, transaction);
        await transaction.CommitAsync(cancellationToken);
    }

    public Task<string?> FindSettingAsync(string name, CancellationToken cancellationToken) =>
        _connection.ExecuteScalarAsync<string?>("SELECT value FROM settings WHERE name = @name", new { name });

    public async Task BeginAsync(string mark, string value, CancellationToken cancellationToken)
    {
        await using var transaction = _connection.BeginTransaction();
        _connection.Execute("DELETE FROM counters", transaction: transaction);
        Set(mark, value, transaction);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task FinishAsync(string log, CancellationToken cancellationToken)
    {
        await using (var transaction = (SqliteTransaction)await _connection.BeginTransactionAsync(cancellationToken))
        {
            await _connection.ExecuteAsync(
                $"DELETE FROM settings WHERE name LIKE '{StoreCopy.Mark}%'",
                transaction: transaction
            );
            Set(LogRestart.PendingSetting, log, transaction);
            await transaction.CommitAsync(cancellationToken);
        }
        await _connection.ExecuteAsync("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private void Set(string name, string value, SqliteTransaction transaction) =>
        _connection.Execute(
            "INSERT INTO settings (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = "
                + "excluded.value",
            new { name, value },
            transaction
        );
}
