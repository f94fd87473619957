using System.Globalization;

namespace IdResolution.Tds.Types;

/// <summary>
/// Conversion between types. Values are kept as SQLite keeps them: integers as <see cref="long"/>, floats as
/// <see cref="double"/>, binary as bytes, times as text that sorts as they do.
/// </summary>
internal static class SqlConvert
{
    public const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fffffff";

    /// <summary>
    /// The value as one of <paramref name="target"/>, cut to its length as in an assignment or a CAST.
    /// </summary>
    public static object? To(SqlType target, object? value, SqlType? source = null)
    {
        try
        {
            return value switch
            {
                null => null,
                byte[] bytes when target.IsBinary => bytes[..Fitting(target, bytes.Length)],
                byte[] => throw new FormatException(),
                _ when target.Kind == SqlKind.Float => Convert.ToDouble(value, CultureInfo.InvariantCulture),
                _ when target.IsInteger => Integer(target, Convert.ToInt64(value, CultureInfo.InvariantCulture)),
                _ when target.IsText => Cut(target, Convert.ToString(value, CultureInfo.InvariantCulture)!),
                string when target.Kind == SqlKind.DateTime2 => Moment(value)
                    .ToString(TimeFormat, CultureInfo.InvariantCulture),
                _ => throw new FormatException(),
            };
        }
        catch (FormatException)
        {
            throw new TSqlException(8114, $"Error converting data type {source?.Name ?? "value"} to {target.Name}.");
        }
        catch (OverflowException)
        {
            throw new TSqlException(8115, $"Arithmetic overflow error converting to data type {target.Name}.");
        }
    }

    public static DateTime Moment(object value)
    {
        const DateTimeStyles utc = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;
        return DateTime.Parse((string)value, CultureInfo.InvariantCulture, utc);
    }

    private static long Integer(SqlType target, long number) =>
        target.Kind switch
        {
            SqlKind.Bit => number == 0 ? 0L : 1L,
            SqlKind.SmallInt => checked((short)number),
            SqlKind.Int => checked((int)number),
            _ => number,
        };

    private static string Cut(SqlType target, string text) => text[..Fitting(target, text.Length)];

    private static int Fitting(SqlType target, int length) =>
        target.Length == SqlType.Max ? length : Math.Min(length, target.Length);
}
