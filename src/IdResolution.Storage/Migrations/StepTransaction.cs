using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Migrations;

/// <summary>
/// An open transaction of a step, on either store: SQL that both run as it is, with parameters by name (@name).
/// </summary>
/// <param name="transaction">The transaction; whoever opened it ends it.</param>
/// <param name="dialect">How the store is told what both are told in one SQL.</param>
/// <param name="batch">
/// Parameters that one round trip takes; 0 where there are no round trips, and statements go one by one.
/// </param>
internal sealed partial class StepTransaction(DbTransaction transaction, ISqlDialect dialect, int batch)
{
    // Beyond that, servers spend more on reading a batch than on a round trip.
    private const int MaxStatements = 200;

    /// <summary>Ends of statements, and texts and bytes as parameters.</summary>
    public ISqlDialect Dialect => dialect;

    /// <summary>The rows of a query.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        (await transaction.Connection!.QueryAsync<T>(sql, parameters, transaction, commandTimeout: 0)).AsList();

    /// <summary>The first value of a query; the type's default where there is none.</summary>
    public Task<T?> ScalarAsync<T>(string sql, object? parameters = null) =>
        transaction.Connection!.ExecuteScalarAsync<T>(sql, parameters, transaction, commandTimeout: 0);

    /// <summary>Executes a statement; gives the rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        transaction.Connection!.ExecuteAsync(sql, parameters, transaction, commandTimeout: 0);

    /// <summary>Executes a statement once for each row of values, many in a round trip.</summary>
    /// <param name="sql">One statement.</param>
    /// <param name="names">Its parameters, without the @.</param>
    /// <param name="rows">Their values, row by row; none is null, since a server must know of what type it is.</param>
    public async Task ExecuteManyAsync(string sql, string[] names, IEnumerable<object[]> rows)
    {
        var statements = Math.Clamp(batch / Math.Max(1, names.Length), 1, MaxStatements);
        foreach (var chunk in rows.Chunk(statements))
        {
            var text = new StringBuilder();
            var parameters = new DynamicParameters();
            for (var i = 0; i < chunk.Length; i++)
            {
                var suffix = $"_{i.ToString(CultureInfo.InvariantCulture)}";
                text.Append(Parameter().Replace(sql, name => name.Value + suffix)).Append(";\n");
                for (var j = 0; j < names.Length; j++)
                {
                    parameters.Add(names[j] + suffix, chunk[i][j]);
                }
            }
            await ExecuteAsync(text.ToString(), parameters);
        }
    }

    [GeneratedRegex("@[A-Za-z]+")]
    private static partial Regex Parameter();
}
