using System.Collections.Concurrent;
using System.Globalization;
using IdResolution.Tds.Language;
using IdResolution.Tds.Types;
using Microsoft.Data.Sqlite;

namespace IdResolution.Tds.Engine;

/// <summary>The T-SQL functions and collations that SQLite lacks.</summary>
internal static class SqliteFunctions
{
    private static readonly ConcurrentDictionary<string, SqlType> Types = new();

    public static void Register(SqliteConnection connection, FunctionContext context)
    {
        connection.CreateCollation(Collation.Default, (one, other) => Collation.Compare(one, other, foldsCase: true));
        connection.CreateCollation(Collation.Binary, (one, other) => Collation.Compare(one, other, foldsCase: false));
        void Add(string name, Func<object?[], object?> function, bool isPure = true) => connection.CreateFunction(
            name, (object?[] arguments) => Guarded(function, arguments, context), isDeterministic: isPure);

        Add("tsql_cast", arguments => SqlConvert.To(TypeOf(arguments[1])!, arguments[0], TypeOf(arguments[2])));
        Add("tsql_try_cast", TryCast);
        Add("tsql_assign", arguments => Assigned(TypeOf(arguments[1])!, arguments[0], TypeOf(arguments[2]), (string)arguments[3]!, (string)arguments[4]!));
        Add("tsql_join", arguments => arguments is [byte[] first, byte[] second] ? (byte[])[.. first, .. second] : null);
        Add("tsql_divide", Divide);
        Add("tsql_like", arguments => arguments is [string text, string pattern, _, _] ? Like.Matches(text, pattern, arguments[2] as string, (long)arguments[3]! == 1) ? 1L : 0L : null);
        Add("tsql_len", arguments => arguments[0] switch { null => null, byte[] bytes => (long)bytes.Length, var value => (long)Text(value).TrimEnd(' ').Length });
        Add("tsql_datalength", arguments => arguments[0] is null ? null : DataLength(arguments[0]!, TypeOf(arguments[1])!));
        Add("tsql_upper", arguments => arguments[0] is { } value ? Text(value).ToUpperInvariant() : null);
        Add("tsql_lower", arguments => arguments[0] is { } value ? Text(value).ToLowerInvariant() : null);
        Add("tsql_substring", arguments => arguments is [{ } value, long start, long length] ? Substring(value, start, length) : null);
        Add("tsql_right", arguments => arguments is [{ } value, long length] ? Text(value)[Math.Max(0, Text(value).Length - (int)length)..] : null);
        Add("tsql_now", _ => DateTime.UtcNow.ToString(SqlConvert.TimeFormat, CultureInfo.InvariantCulture), isPure: false);
        Add("tsql_newid", _ => Guid.NewGuid().ToString("D").ToUpperInvariant(), isPure: false);
        Add("tsql_datediff", arguments => arguments is [string part, { } from, { } to] ? DateParts.Difference(part, SqlConvert.Moment(from), SqlConvert.Moment(to)) : null);
        Add("tsql_dateadd", arguments => arguments is [string part, long count, { } time] ? DateParts.Add(part, count, SqlConvert.Moment(time)).ToString(SqlConvert.TimeFormat, CultureInfo.InvariantCulture) : null);
        Add("tsql_identity", arguments => context.LastIdentity = context.NextIdentity((string)arguments[0]!), isPure: false);
    }

    /// <summary>A value as it goes into a column: longer than the column is an error.</summary>
    public static object? Assigned(SqlType target, object? value, SqlType? source, string table, string column)
    {
        var isCut = target.IsText || target.IsBinary;
        var converted = SqlConvert.To(isCut ? target with { Length = SqlType.Max } : target, value, source);
        var length = converted switch { string text => text.Length, byte[] bytes => bytes.Length, _ => 0 };
        return isCut && target.Length != SqlType.Max && length > target.Length
            ? throw new TSqlException(2628, $"String or binary data would be truncated in table 'dbo.{table}', column '{column}'. Truncated value: ''.")
            : converted;
    }

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

    private static SqlType? TypeOf(object? declaration)
        => declaration is string { Length: > 0 } text ? Types.GetOrAdd(text, static one => SqlType.FromDeclaration(one).Type) : null;

    private static string Text(object value) => (string)SqlConvert.To(SqlType.Text, value)!;

    private static object? TryCast(object?[] arguments)
    {
        try
        {
            return SqlConvert.To(TypeOf(arguments[1])!, arguments[0], TypeOf(arguments[2]));
        }
        catch (TSqlException)
        {
            return null;
        }
    }

    private static object? Divide(object?[] arguments)
    {
        if (arguments is not [{ } left, string sign, { } right])
        {
            return null;
        }

        var isRemainder = sign == "%";
        if (right is 0L or 0.0)
        {
            throw new TSqlException(8134, "Divide by zero error encountered.");
        }

        return left is long one && right is long other
            ? isRemainder ? one % other : one / other
            : Convert.ToDouble(left, CultureInfo.InvariantCulture) / Convert.ToDouble(right, CultureInfo.InvariantCulture);
    }

    private static long DataLength(object value, SqlType type) => type switch
    {
        { IsBinary: true } => ((byte[])value).Length,
        { IsText: true } => Text(value).Length * (type.IsWide ? 2 : 1),
        _ => type.Kind switch { SqlKind.Bit or SqlKind.TinyInt => 1, SqlKind.SmallInt => 2, SqlKind.Int or SqlKind.Real => 4, SqlKind.UniqueIdentifier => 16, _ => 8 },
    };

    private static object Substring(object value, long start, long length)
    {
        var first = (int)Math.Max(0, start - 1);
        var end = start - 1 + length;
        return value is byte[] bytes
            ? bytes[Math.Min(first, bytes.Length)..(int)Math.Clamp(end, Math.Min(first, bytes.Length), bytes.Length)]
            : Text(value) is var text ? text[Math.Min(first, text.Length)..(int)Math.Clamp(end, Math.Min(first, text.Length), text.Length)] : "";
    }
}
