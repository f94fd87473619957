using System.Globalization;
using System.Text;
using IdResolution.Tds.Types;

namespace IdResolution.Tds.Protocol;

/// <summary>Writes types and values as they travel; all of them in the forms that may be null.</summary>
internal static class ValueWriter
{
    private const int LargestShortLength = 8000;

    public static void Type(TokenWriter writer, SqlType type)
    {
        switch (type.Kind)
        {
            case SqlKind.Bit:
                writer.Bytes([0x68, 1]);
                break;
            case SqlKind.TinyInt or SqlKind.SmallInt or SqlKind.Int or SqlKind.BigInt:
                writer.Bytes([0x26, (byte)IntegerLength(type)]);
                break;
            case SqlKind.Real or SqlKind.Float:
                writer.Bytes([0x6D, (byte)(type.Kind == SqlKind.Real ? 4 : 8)]);
                break;
            case SqlKind.Decimal:
                writer.Bytes([0x6A, 17, type.Precision, type.Scale]);
                break;
            case SqlKind.UniqueIdentifier:
                writer.Bytes([0x24, 16]);
                break;
            case SqlKind.Date:
                writer.Byte(0x28);
                break;
            case SqlKind.DateTime:
                writer.Bytes([0x6F, 8]);
                break;
            case SqlKind.Time or SqlKind.DateTime2 or SqlKind.DateTimeOffset:
                writer.Bytes([(byte)(type.Kind switch { SqlKind.Time => 0x29, SqlKind.DateTime2 => 0x2A, _ => 0x2B }), type.Scale]);
                break;
            default:
                writer.Byte(type.Kind switch
                {
                    SqlKind.NVarChar => 0xE7,
                    SqlKind.NChar => 0xEF,
                    SqlKind.VarChar => 0xA7,
                    SqlKind.Char => 0xAF,
                    SqlKind.VarBinary => 0xA5,
                    _ => 0xAD,
                });
                writer.UInt16(IsLong(type) ? 0xFFFF : ByteLength(type));
                if (type.IsText)
                {
                    writer.Bytes(TokenWriter.CollationBytes);
                }

                break;
        }
    }

    public static void Value(TokenWriter writer, SqlType type, object? value)
    {
        // Computed columns may hold another form than the type found for them.
        value = SqlConvert.To(type.IsText || type.IsBinary ? type with { Length = SqlType.Max } : type, value);
        if (type.IsText || type.IsBinary)
        {
            String(writer, type, value);
        }
        else if (value is null)
        {
            writer.Byte(0);
        }
        else
        {
            Scalar(writer, type, value);
        }
    }

    private static void String(TokenWriter writer, SqlType type, object? value)
    {
        var bytes = value switch
        {
            null => null,
            byte[] binary => binary,
            var text => (type.IsWide ? Encoding.Unicode : Encoding.Latin1).GetBytes((string)text),
        };
        if (!IsLong(type))
        {
            writer.UInt16(bytes?.Length ?? 0xFFFF);
            writer.Bytes(bytes);
            return;
        }

        if (bytes is null)
        {
            writer.Int64(-1);
            return;
        }

        writer.Int64(bytes.Length);
        if (bytes.Length > 0)
        {
            writer.Int32(bytes.Length);
            writer.Bytes(bytes);
        }

        writer.Int32(0);
    }

    private static void Scalar(TokenWriter writer, SqlType type, object value)
    {
        switch (type.Kind)
        {
            case SqlKind.Real:
                writer.Byte(4);
                writer.Int32(BitConverter.SingleToInt32Bits((float)(double)value));
                break;
            case SqlKind.Float:
                writer.Byte(8);
                writer.Int64(BitConverter.DoubleToInt64Bits((double)value));
                break;
            case SqlKind.UniqueIdentifier:
                writer.Byte(16);
                writer.Bytes(Guid.Parse((string)value).ToByteArray());
                break;
            case SqlKind.Decimal:
                Decimal(writer, type, SqlConvert.Number(value));
                break;
            case SqlKind.Date or SqlKind.DateTime or SqlKind.DateTime2:
                Time(writer, type, SqlConvert.Moment(value));
                break;
            case SqlKind.Time:
                writer.Byte(TimeLength(type.Scale));
                TimeOfDay(writer, type, TimeSpan.Parse((string)value, CultureInfo.InvariantCulture));
                break;
            case SqlKind.DateTimeOffset:
                var instant = SqlConvert.Instant(value);
                writer.Byte(TimeLength(type.Scale) + 5);
                TimeOfDay(writer, type, instant.UtcDateTime.TimeOfDay);
                writer.Number(Days(instant.UtcDateTime, 1), 3);
                writer.UInt16((ushort)(short)instant.Offset.TotalMinutes);
                break;
            default:
                var length = type.Kind == SqlKind.Bit ? 1 : IntegerLength(type);
                writer.Byte(length);
                writer.Number((long)value, length);
                break;
        }
    }

    private static void Decimal(TokenWriter writer, SqlType type, decimal value)
    {
        // A value of the type's own scale: the magnitude is what travels.
        value = decimal.Round(value, type.Scale) + new decimal(0, 0, 0, false, type.Scale);
        Span<int> words = stackalloc int[4];
        decimal.GetBits(value, words);
        writer.Byte(17);
        writer.Byte(value < 0 ? 0 : 1);
        writer.Int32(words[0]);
        writer.Int32(words[1]);
        writer.Int32(words[2]);
        writer.Int32(0);
    }

    private static void Time(TokenWriter writer, SqlType type, DateTime time)
    {
        switch (type.Kind)
        {
            case SqlKind.Date:
                writer.Byte(3);
                writer.Number(Days(time, 1), 3);
                break;
            case SqlKind.DateTime:
                writer.Byte(8);
                writer.Int32((int)Days(time, 1900));
                writer.Int32((int)Math.Round(time.TimeOfDay.TotalMilliseconds * 3 / 10));
                break;
            default:
                writer.Byte(TimeLength(type.Scale) + 3);
                TimeOfDay(writer, type, time.TimeOfDay);
                writer.Number(Days(time, 1), 3);
                break;
        }
    }

    private static void TimeOfDay(TokenWriter writer, SqlType type, TimeSpan time)
        => writer.Number(time.Ticks / (long)Math.Pow(10, 7 - type.Scale), TimeLength(type.Scale));

    private static int TimeLength(byte scale) => scale switch { <= 2 => 3, <= 4 => 4, _ => 5 };

    private static long Days(DateTime time, int year) => (long)(time.Date - new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc)).TotalDays;

    private static int IntegerLength(SqlType type) => type.Kind switch { SqlKind.TinyInt => 1, SqlKind.SmallInt => 2, SqlKind.Int => 4, _ => 8 };

    private static int ByteLength(SqlType type) => type.IsWide ? type.Length * 2 : type.Length;

    private static bool IsLong(SqlType type) => type.Length == SqlType.Max || ByteLength(type) > LargestShortLength;
}
