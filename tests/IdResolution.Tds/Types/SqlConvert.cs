using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace IdResolution.Tds.Types;

/// <summary>
/// Conversion between types. Values are kept as SQLite keeps them: integers as <see cref="long"/>, real numbers as <see cref="double"/>, binary
/// as bytes, everything else as text of a form that sorts as its values do.
/// </summary>
internal static class SqlConvert
{
    public const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fffffff";
    public const string OffsetFormat = "yyyy-MM-dd HH:mm:ss.fffffff zzz";
    public const string DateFormat = "yyyy-MM-dd";
    public const string TimeOfDayFormat = @"hh\:mm\:ss\.fffffff";

    /// <summary>The value as one of <paramref name="target"/>, cut to its length as in an assignment to a variable or a CAST.</summary>
    public static object? To(SqlType target, object? value, SqlType? source = null)
    {
        if (value is null)
        {
            return null;
        }

        try
        {
            return target switch
            {
                { IsInteger: true } => Integer(target, value),
                { IsText: true } => Cut(target, Text(value, source)),
                { IsBinary: true } => Cut(target, Binary(value, source)),
                _ => Other(target, value),
            };
        }
        catch (FormatException)
        {
            throw new TSqlException(8114, $"Error converting data type {source?.Kind.ToString().ToLowerInvariant() ?? "value"} to {target.Kind.ToString().ToLowerInvariant()}.");
        }
        catch (OverflowException)
        {
            throw new TSqlException(8115, $"Arithmetic overflow error converting expression to data type {target.Kind.ToString().ToLowerInvariant()}.");
        }
    }

    private static long Integer(SqlType target, object value)
    {
        var number = value switch
        {
            long integer => integer,
            double real => checked((long)real),
            byte[] bytes => bytes.Aggregate(0L, (sum, one) => (sum << 8) | one),
            string text when target.Kind == SqlKind.Bit && bool.TryParse(text, out var truth) => truth ? 1 : 0,
            string text when text.Contains('.', StringComparison.Ordinal) => checked((long)decimal.Parse(text, CultureInfo.InvariantCulture)),
            _ => long.Parse((string)value, CultureInfo.InvariantCulture),
        };
        return target.Kind switch
        {
            SqlKind.Bit => number == 0 ? 0L : 1L,
            SqlKind.TinyInt => checked((byte)number),
            SqlKind.SmallInt => checked((short)number),
            SqlKind.Int => checked((int)number),
            _ => number,
        };
    }

    private static string Text(object value, SqlType? source) => value switch
    {
        string text when source?.Kind == SqlKind.DateTime2 => text[..(source.Scale == 0 ? 19 : 20 + source.Scale)],
        string text => text,
        byte[] bytes => Encoding.Unicode.GetString(bytes),
        _ => System.Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static byte[] Binary(object value, SqlType? source)
    {
        switch (value)
        {
            case byte[] bytes:
                return bytes;
            case string text:
                return source is { IsText: true, IsWide: false } ? Encoding.Latin1.GetBytes(text) : Encoding.Unicode.GetBytes(text);
            case long number:
                var big = new byte[8];
                BinaryPrimitives.WriteInt64BigEndian(big, number);
                return source?.Kind switch { SqlKind.BigInt or null => big, SqlKind.Int => big[4..], SqlKind.SmallInt => big[6..], _ => big[7..] };
            default:
                throw new FormatException();
        }
    }

    private static object Other(SqlType target, object value) => target.Kind switch
    {
        SqlKind.Float or SqlKind.Real => System.Convert.ToDouble(value, CultureInfo.InvariantCulture),
        SqlKind.Decimal => decimal.Round(Number(value), target.Scale, MidpointRounding.AwayFromZero).ToString("F" + target.Scale, CultureInfo.InvariantCulture),
        SqlKind.UniqueIdentifier => (value is byte[] bytes ? new Guid(bytes) : Guid.Parse((string)value)).ToString("D").ToUpperInvariant(),
        SqlKind.Date => Moment(value).ToString(DateFormat, CultureInfo.InvariantCulture),
        SqlKind.Time => TimeSpan.Parse((string)value, CultureInfo.InvariantCulture).ToString(TimeOfDayFormat, CultureInfo.InvariantCulture),
        SqlKind.DateTimeOffset => Instant(value).ToString(OffsetFormat, CultureInfo.InvariantCulture),
        _ => Rounded(Moment(value), target.Scale).ToString(TimeFormat, CultureInfo.InvariantCulture),
    };

    public static decimal Number(object value) => value is string text
        ? decimal.Parse(text, NumberStyles.Number | NumberStyles.AllowExponent, CultureInfo.InvariantCulture)
        : System.Convert.ToDecimal(value, CultureInfo.InvariantCulture);

    public static DateTime Moment(object value) => DateTime.Parse(
        value as string ?? throw new FormatException(), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);

    public static DateTimeOffset Instant(object value)
        => DateTimeOffset.Parse(value as string ?? throw new FormatException(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static DateTime Rounded(DateTime time, byte scale)
    {
        var unit = (long)Math.Pow(10, 7 - scale);
        return new DateTime((time.Ticks + (unit / 2)) / unit * unit, DateTimeKind.Utc);
    }

    private static string Cut(SqlType target, string text) => target.Length == SqlType.Max || text.Length <= target.Length ? text : text[..target.Length];

    private static byte[] Cut(SqlType target, byte[] bytes) => target.Length == SqlType.Max || bytes.Length <= target.Length ? bytes : bytes[..target.Length];
}
