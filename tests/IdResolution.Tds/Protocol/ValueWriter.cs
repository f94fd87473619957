using System.Text;
using IdResolution.Tds.Types;

namespace IdResolution.Tds.Protocol;

/// <summary>Writes types and values as they travel; all of them in the forms that may be null.</summary>
internal static class ValueWriter
{
    private const int LargestShortLength = 8000;
    private const int TimeLength = 5;
    private const int DateLength = 3;

    public static void Type(TokenWriter writer, SqlType type)
    {
        switch (type.Kind)
        {
            case SqlKind.Bit:
                writer.Bytes([0x68, 1]);
                break;
            case SqlKind.SmallInt or SqlKind.Int or SqlKind.BigInt:
                writer.Bytes([0x26, (byte)IntegerLength(type)]);
                break;
            case SqlKind.Float:
                writer.Bytes([0x6D, sizeof(double)]);
                break;
            case SqlKind.DateTime2:
                // At the finest scale, whatever the column's.
                writer.Bytes([0x2A, 7]);
                break;
            default:
                writer.Byte(type.IsText ? 0xE7 : 0xA5);
                writer.UInt16(IsLong(type) ? 0xFFFF : ByteLength(type));
                writer.Bytes(type.IsText ? TokenWriter.CollationBytes : []);
                break;
        }
    }

    public static void Value(TokenWriter writer, SqlType type, object? value)
    {
        // Computed columns may hold another form than the type found for them.
        value = SqlConvert.To(type.IsText || type.IsBinary ? type with { Length = SqlType.Max } : type, value);
        if (type.IsText || type.IsBinary)
        {
            String(writer, type, value is string text ? Encoding.Unicode.GetBytes(text) : (byte[]?)value);
        }
        else if (value is null)
        {
            writer.Byte(0);
        }
        else if (type.Kind == SqlKind.Float)
        {
            writer.Byte(sizeof(double));
            writer.Int64(BitConverter.DoubleToInt64Bits((double)value));
        }
        else if (type.Kind == SqlKind.DateTime2)
        {
            var time = SqlConvert.Moment(value);
            writer.Byte(TimeLength + DateLength);
            writer.Number(time.TimeOfDay.Ticks, TimeLength);
            writer.Number(time.Ticks / TimeSpan.TicksPerDay, DateLength);
        }
        else
        {
            writer.Byte(IntegerLength(type));
            writer.Number((long)value, IntegerLength(type));
        }
    }

    private static void String(TokenWriter writer, SqlType type, byte[]? bytes)
    {
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

    private static int IntegerLength(SqlType type) =>
        type.Kind switch
        {
            SqlKind.Bit => 1,
            SqlKind.SmallInt => 2,
            SqlKind.Int => 4,
            _ => 8,
        };

    private static int ByteLength(SqlType type) => type.IsText ? type.Length * 2 : type.Length;

    private static bool IsLong(SqlType type) => type.Length == SqlType.Max || ByteLength(type) > LargestShortLength;
}
