using System.Globalization;

namespace IdResolution.Tds.Types;

/// <summary>
/// Conversion between types. Values are kept as SQLite keeps them: integers as <see cref="long"/>, binary as bytes, times as text that sorts as
/// they do.
/// </summary>
internal static class SqlConvert
{
    public const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fffffff";

    /// <summary>The value as one of <paramref name="target"/>, cut to its length as in an assignment to a variable or a CAST.</summary>
    public static object? To(SqlType target, object? value, SqlType? source = null)
    {
        try
        {
            return value switch
            {
                null => null,
                byte[] bytes when target.IsBinary => target.Length == SqlType.Max || bytes.Length <= target.Length ? bytes : bytes[..target.Length],
                byte[] => throw new FormatException(),
                _ when target.IsInteger => Integer(target, Convert.ToInt64(value, CultureInfo.InvariantCulture)),
                _ when target.IsText => Cut(target, Convert.ToString(value, CultureInfo.InvariantCulture)!),
                string text when target.Kind == SqlKind.DateTime2 => Moment(text).ToString(TimeFormat, CultureInfo.InvariantCulture),
                _ => throw new FormatException(),
            };
        }
        catch (FormatException)
        {
            throw new TSqlException(8114, $"Error converting data type {source?.Name ?? "value"} to {target.Name}.");
        }
        catch (OverflowException)
        {
            throw new TSqlException(8115, $"Arithmetic overflow error converting expression to data type {target.Name}.");
        }
    }

    public static DateTime Moment(object value)
        => DateTime.Parse((string)value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);

    private static long Integer(SqlType target, long number) => target.Kind switch
    {
        SqlKind.Bit => number == 0 ? 0L : 1L,
        SqlKind.SmallInt => checked((short)number),
        SqlKind.Int => checked((int)number),
        _ => number,
    };

    private static string Cut(SqlType target, string text) => target.Length == SqlType.Max || text.Length <= target.Length ? text : text[..target.Length];
}
