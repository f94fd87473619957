using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Migrations;

/// <summary>
/// A step's open transaction on either store. Its SQL must run on both, with parameters by name (@name).
/// </summary>
/// <param name="transaction">The transaction; the caller ends it.</param>
/// <param name="dialect">The parts in which the engines differ.</param>
/// <param name="batch">
/// The most parameters in one round trip; 0 for a store without round trips, where statements run one by one.
/// </param>
internal sealed partial class StepTransaction(DbTransaction transaction, ISqlDialect dialect, int batch)
{
    // Above this number, a server needs more time to read a batch than a round trip takes.
    private const int MaxStatements = 200;

    /// <summary>Provides limit clauses, and parameters for texts and bytes.</summary>
    public ISqlDialect Dialect => dialect;

    /// <summary>The clock, for entries of the log that a step makes.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        (await transaction.Connection!.QueryAsync<T>(sql, parameters, transaction, commandTimeout: 0)).AsList();

    /// <summary>The first value of the result; the type's default if there is none.</summary>
    public Task<T?> ScalarAsync<T>(string sql, object? parameters = null) =>
        transaction.Connection!.ExecuteScalarAsync<T>(sql, parameters, transaction, commandTimeout: 0);

    /// <summary>Runs a statement and returns the number of rows changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        transaction.Connection!.ExecuteAsync(sql, parameters, transaction, commandTimeout: 0);

    /// <summary>Runs a statement once for each row of values, with many rows in one round trip.</summary>
    /// <param name="sql">One statement.</param>
    /// <param name="names">The names of its parameters, without the @.</param>
    /// <param name="rows">The values for each run. None may be null, since a server must know their types.</param>
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
