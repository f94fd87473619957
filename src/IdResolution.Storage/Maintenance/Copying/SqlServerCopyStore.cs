using System.Data;
using System.Runtime.CompilerServices;
using System.Text;
using Dapper;
using IdResolution.Storage.Sql;
using IdResolution.Storage.SqlServer;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Maintenance.Copying;

/// <summary>A SQL Server database as source or target of a copy.</summary>
internal sealed class SqlServerCopyStore : ICopyStore
{
    private const int MaxParameters = 2_000;

    // The most bytes of a column that is not a (max) type.
    private const int ShortBytes = 8_000;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly SqlConnection _connection;
    private readonly Dictionary<string, SqlDbType> _types;

    private SqlServerCopyStore(string name, SqlConnection connection, Dictionary<string, SqlDbType> types)
    {
        Name = name;
        _connection = connection;
        _types = types;
    }

    public string Name { get; }

    /// <summary>Opens the database and migrates it if needed.</summary>
    /// <exception cref="DatabaseUnusableException">The database cannot be used.</exception>
    /// <exception cref="MaintenanceException">The connection string is malformed.</exception>
    public static async Task<SqlServerCopyStore> OpenAsync(
        string connectionString,
        string name,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (StoreSettings.Fault(connectionString) is { } fault)
        {
            throw new MaintenanceException($"{name} {fault.En}.", $"{name} {fault.Zh}。");
        }
        await SqlServerMigrator.MigrateAsync(
            new StoreSettings("", connectionString, "", Timeout),
            time,
            cancellationToken
        );
        var connection = new SqlServerDatabase(connectionString, Timeout).Connect();
        try
        {
            await connection.OpenAsync(cancellationToken);
            var columns = await connection.QueryAsync<(string Table, string Column, string Type)>(
                "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE FROM INFORMATION_SCHEMA.COLUMNS"
            );
            var types = columns.ToDictionary(
                c => $"{c.Table}.{c.Column}",
                c =>
                    c.Type.ToLowerInvariant() switch
                    {
                        "bigint" => SqlDbType.BigInt,
                        "varbinary" => SqlDbType.VarBinary,
                        _ => SqlDbType.NVarChar,
                    },
                StringComparer.Ordinal
            );
            return new SqlServerCopyStore(name, connection, types);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public Task<long> CountAsync(CopyTable table, CancellationToken cancellationToken) =>
        _connection.ExecuteScalarAsync<long>(
            new CommandDefinition(
                table.CountStatement.Replace("COUNT(*)", "COUNT_BIG(*)", StringComparison.Ordinal),
                commandTimeout: 0,
                cancellationToken: cancellationToken
            )
        );

    public async IAsyncEnumerable<object?[]> ReadAsync(
        CopyTable table,
        object?[]? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = table.SelectStatement(after is not null);
        command.CommandTimeout = 0;
        for (var i = 0; i < after?.Length; i++)
        {
            Add(command, $"@k{i}", table, i, after[i]);
        }
        var isText = Array.ConvertAll(
            table.Columns,
            c => TypeOf(table, c) == SqlDbType.VarBinary && !table.IsBinary(c)
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return RowOf(reader, isText);
        }
    }

    private static object?[] RowOf(SqlDataReader reader, bool[] isText)
    {
        var row = new object?[isText.Length];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            if (isText[i] && row[i] is byte[] utf8)
            {
                row[i] = Encoding.UTF8.GetString(utf8);
            }
        }
        return row;
    }

    public async Task WriteAsync(
        CopyTable table,
        IReadOnlyList<object?[]> rows,
        string mark,
        string value,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = (SqlTransaction)await _connection.BeginTransactionAsync(cancellationToken);
        foreach (var some in rows.Chunk(MaxParameters / table.Columns.Length))
        {
            await InsertAsync(table, some, transaction, cancellationToken);
        }
        await SetAsync(mark, value, transaction);
        await transaction.CommitAsync(cancellationToken);
    }

    public Task<string?> FindSettingAsync(string name, CancellationToken cancellationToken) =>
        _connection.ExecuteScalarAsync<string?>(
            new CommandDefinition(Statements.FindSetting, new { name }, cancellationToken: cancellationToken)
        );

    public async Task BeginAsync(string mark, string value, CancellationToken cancellationToken)
    {
        await using var transaction = (SqlTransaction)await _connection.BeginTransactionAsync(cancellationToken);
        await _connection.ExecuteAsync("DELETE FROM counters", transaction: transaction);
        await SetAsync(mark, value, transaction);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task FinishAsync(string log, CancellationToken cancellationToken)
    {
        await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);
        foreach (
            var sql in new[]
            {
                $"DELETE FROM settings WHERE name LIKE '{StoreCopy.Mark}%'",
                "DELETE FROM settings WHERE name = @name",
                Statements.AddSetting,
            }
        )
        {
            await _connection.ExecuteAsync(
                new CommandDefinition(
                    sql,
                    new { name = LogRestart.PendingSetting, value = log },
                    transaction,
                    cancellationToken: cancellationToken
                )
            );
        }
        await transaction.CommitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task InsertAsync(
        CopyTable table,
        object?[][] rows,
        SqlTransaction transaction,
        CancellationToken cancellationToken
    )
    {
        await using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandTimeout = (int)Timeout.TotalSeconds;
        var sql = new StringBuilder($"INSERT INTO {table.Quoted} ({table.ColumnList}) VALUES ");
        for (var r = 0; r < rows.Length; r++)
        {
            sql.Append(r == 0 ? "(" : ", (");
            for (var c = 0; c < table.Columns.Length; c++)
            {
                var name = $"@r{r}c{c}";
                sql.Append(c == 0 ? name : ", " + name);
                Add(command, name, table, c, rows[r][c]);
            }
            sql.Append(')');
        }
        command.CommandText = sql.ToString();
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task SetAsync(string name, string value, SqlTransaction transaction)
    {
        if (
            await _connection.ExecuteAsync(
                "UPDATE settings SET value = @value WHERE name = @name",
                new { name, value },
                transaction
            ) == 0
        )
        {
            await _connection.ExecuteAsync(
                "INSERT INTO settings (name, value) VALUES (@name, @value)",
                new { name, value },
                transaction
            );
        }
    }

    private SqlDbType TypeOf(CopyTable table, string column) => _types[$"{table.Name}.{column}"];

    private void Add(SqlCommand command, string name, CopyTable table, int column, object? value)
    {
        var type = TypeOf(table, table.Columns[column]);
        value = value is string text && type == SqlDbType.VarBinary ? Encoding.UTF8.GetBytes(text) : value;
        var parameter = new SqlParameter(name, type) { Value = value ?? DBNull.Value };
        if (type != SqlDbType.BigInt)
        {
            // Few declared lengths: the server's cache would fill with a plan for each length of a value.
            var bytes = value switch
            {
                string s => 2 * s.Length,
                byte[] b => b.Length,
                _ => 0,
            };
            var small = type == SqlDbType.NVarChar ? ShortBytes / 2 : ShortBytes;
            parameter.Size = bytes > ShortBytes ? -1 : small;
        }
        command.Parameters.Add(parameter);
    }
}
