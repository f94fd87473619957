using System.Collections.Concurrent;
using System.Globalization;
using IdResolution.Tds.Language;
using IdResolution.Tds.Types;
using Microsoft.Data.Sqlite;

namespace IdResolution.Tds.Engine;

/// <summary>The T-SQL functions and collations that SQLite lacks.</summary>
internal static class SqliteFunctions
{
    private static readonly ConcurrentDictionary<string, SqlType> s_types = new();

    public static void Register(SqliteConnection connection, FunctionContext context)
    {
        connection.CreateCollation(Collation.Default, (one, other) => Collation.Compare(one, other, foldsCase: true));
        connection.CreateCollation(Collation.Binary, (one, other) => Collation.Compare(one, other, foldsCase: false));
        void Add(string name, Func<object?[], object?> function, bool isPure = true) =>
            connection.CreateFunction(
                name,
                (object?[] arguments) => Guarded(function, arguments, context),
                isDeterministic: isPure
            );

        Add("tsql_cast", arguments => SqlConvert.To(TypeOf(arguments[1])!, arguments[0], TypeOf(arguments[2])));
        Add("tsql_assign", Assigned);
        Add(
            "tsql_like",
            arguments =>
                arguments is [string text, string pattern, long foldsCase]
                    ? Convert.ToInt64(Like.Matches(text, pattern, foldsCase == 1))
                    : null
        );
        Add(
            "tsql_now",
            _ => DateTime.UtcNow.ToString(SqlConvert.TimeFormat, CultureInfo.InvariantCulture),
            isPure: false
        );
    }

    /// <summary>A value as it goes into a column: longer than the column is an error.</summary>
    public static object? Assigned(SqlType target, object? value, SqlType? source, string table, string column)
    {
        var isCut = target.IsText || target.IsBinary;
        var converted = SqlConvert.To(isCut ? target with { Length = SqlType.Max } : target, value, source);
        var length = converted switch
        {
            string text => text.Length,
            byte[] bytes => bytes.Length,
            _ => 0,
        };
        return isCut && target.Length != SqlType.Max && length > target.Length
            ? throw new TSqlException(2628, $"Data would be truncated in table 'dbo.{table}', column '{column}'.")
            : converted;
    }

    private static object? Assigned(object?[] given) =>
        Assigned(TypeOf(given[1])!, given[0], TypeOf(given[2]), (string)given[3]!, (string)given[4]!);

    private static object? Guarded(Func<object?[], object?> function, object?[] arguments, FunctionContext context)
    {
        try
        {
            return function([.. arguments.Select(argument => argument is DBNull ? null : argument)]);
        }
        catch (TSqlException error)
        {
            context.Failure = error;
            throw;
        }
    }

    private static SqlType? TypeOf(object? declaration) =>
        declaration is string { Length: > 0 } text
            ? s_types.GetOrAdd(text, static one => SqlType.FromDeclaration(one).Type)
            : null;
}
