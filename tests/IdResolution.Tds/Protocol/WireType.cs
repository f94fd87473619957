using System.Globalization;
using System.Text;
using IdResolution.Tds.Types;

namespace IdResolution.Tds.Protocol;

/// <summary>A TYPE_INFO as a client sends it, with what is needed to read the values behind it (MS-TDS 2.2.5.4 and 2.2.5.5).</summary>
internal sealed record WireType(byte Code, SqlType Type, int MaxLength)
{
    private const int LongLength = 0xFFFF;

    // NTEXT
    private const byte Long = 0x63;

    public static WireType Read(WireReader reader)
    {
        var code = reader.Byte();
        switch (code)
        {
            case 0x1F: return new(code, new SqlType(SqlKind.NVarChar, 4000), 0);
            case 0x30: return new(code, new SqlType(SqlKind.TinyInt), 1);
            case 0x32: return new(code, SqlType.Bit, 1);
            case 0x34: return new(code, new SqlType(SqlKind.SmallInt), 2);
            case 0x38: return new(code, SqlType.Int, 4);
            case 0x7F: return new(code, SqlType.BigInt, 8);
            case 0x3B: return new(code, new SqlType(SqlKind.Real), 4);
            case 0x3E: return new(code, SqlType.Float, 8);
            case 0x3D: return new(code, new SqlType(SqlKind.DateTime, Scale: 3), 8);
            case 0x28: return new(code, new SqlType(SqlKind.Date), 3);
            case 0x29: return new(code, new SqlType(SqlKind.Time, Scale: reader.Byte()), 5);
            case 0x2A: return new(code, new SqlType(SqlKind.DateTime2, Scale: reader.Byte()), 8);
            case 0x2B: return new(code, new SqlType(SqlKind.DateTimeOffset, Scale: reader.Byte()), 10);
        }

        return ReadWithLength(reader, code);
    }

    private static WireType ReadWithLength(WireReader reader, byte code)
    {
        int length;
        switch (code)
        {
            case 0x26:
                length = reader.Byte();
                return new(code, new SqlType(length switch { 1 => SqlKind.TinyInt, 2 => SqlKind.SmallInt, 4 => SqlKind.Int, _ => SqlKind.BigInt }), length);
            case 0x68:
                return new(code, SqlType.Bit, reader.Byte());
            case 0x6D:
                length = reader.Byte();
                return new(code, new SqlType(length == 4 ? SqlKind.Real : SqlKind.Float), length);
            case 0x6F:
                return new(code, new SqlType(SqlKind.DateTime, Scale: 3), reader.Byte());
            case 0x24:
                return new(code, new SqlType(SqlKind.UniqueIdentifier), reader.Byte());
            case 0x6A or 0x6C:
                length = reader.Byte();
                return new(code, new SqlType(SqlKind.Decimal, 0, reader.Byte(), reader.Byte()), length);
            case 0xE7 or 0xEF or 0xA7 or 0xAF:
                length = reader.UInt16();
                reader.Take(5);
                var kind = code switch { 0xE7 => SqlKind.NVarChar, 0xEF => SqlKind.NChar, 0xA7 => SqlKind.VarChar, _ => SqlKind.Char };
                return new(code, new SqlType(kind, length == LongLength ? SqlType.Max : code >= 0xE0 ? length / 2 : length), length);
            case 0xA5 or 0xAD:
                length = reader.UInt16();
                return new(code, new SqlType(code == 0xA5 ? SqlKind.VarBinary : SqlKind.Binary, length == LongLength ? SqlType.Max : length), length);
            case Long:
                // What the client sends statements of more than 4,000 characters as.
                reader.Take(4 + 5);
                return new(code, new SqlType(SqlKind.NVarChar, SqlType.Max), LongLength);
            default:
                throw new TSqlException(8009, $"The incoming tabular data stream has a data type (0x{code:X2}) that this test server does not know.");
        }
    }

    public object? ReadValue(WireReader reader)
    {
        if (Type.IsText || Type.IsBinary)
        {
            return ReadString(reader) is not { } bytes ? null
                : Type.IsBinary ? bytes
                : Type.IsWide ? Encoding.Unicode.GetString(bytes)
                : Encoding.Latin1.GetString(bytes);
        }

        var length = Code is 0x30 or 0x32 or 0x34 or 0x38 or 0x7F or 0x3B or 0x3E or 0x3D ? MaxLength : reader.Byte();
        return length == 0 ? null : ReadScalar(reader, length);
    }

    private byte[]? ReadString(WireReader reader)
    {
        if (Code == 0x1F)
        {
            return null;
        }

        if (Code == Long)
        {
            var length = reader.Int32();
            return length == -1 ? null : reader.Take(length).ToArray();
        }

        if (MaxLength != LongLength)
        {
            var length = reader.UInt16();
            return length == LongLength ? null : reader.Take(length).ToArray();
        }

        if (reader.Int64() == -1)
        {
            return null;
        }

        using var value = new MemoryStream();
        while (reader.Int32() is var chunk and not 0)
        {
            value.Write(reader.Take(chunk));
        }

        return value.ToArray();
    }

    private object ReadScalar(WireReader reader, int length)
    {
        switch (Type.Kind)
        {
            case SqlKind.Bit or SqlKind.TinyInt:
                return (long)reader.Byte();
            case SqlKind.SmallInt:
                return (long)(short)reader.UInt16();
            case SqlKind.Int:
                return (long)reader.Int32();
            case SqlKind.BigInt:
                return reader.Int64();
            case SqlKind.Real:
                return (double)BitConverter.Int32BitsToSingle(reader.Int32());
            case SqlKind.Float:
                return BitConverter.Int64BitsToDouble(reader.Int64());
            case SqlKind.UniqueIdentifier:
                return new Guid(reader.Take(16)).ToString("D").ToUpperInvariant();
            case SqlKind.Decimal:
                var negative = reader.Byte() == 0;
                var words = new int[4];
                for (var index = 0; index < (length - 1) / 4; index++)
                {
                    words[index] = reader.Int32();
                }

                return new decimal(words[0], words[1], words[2], negative, Type.Scale).ToString(CultureInfo.InvariantCulture);
            default:
                return ReadTime(reader, length);
        }
    }

    private string ReadTime(WireReader reader, int length)
    {
        switch (Type.Kind)
        {
            case SqlKind.DateTime when length == 4:
                return Epoch(1900, reader.UInt16()).AddMinutes(reader.UInt16()).ToString(SqlConvert.TimeFormat, CultureInfo.InvariantCulture);
            case SqlKind.DateTime:
                var day = Epoch(1900, reader.Int32());
                return day.AddMilliseconds(Math.Round(reader.UInt32() * 10 / 3.0)).ToString(SqlConvert.TimeFormat, CultureInfo.InvariantCulture);
            case SqlKind.Date:
                return Epoch(1, reader.Number(3)).ToString(SqlConvert.DateFormat, CultureInfo.InvariantCulture);
            case SqlKind.Time:
                return TimeOfDay(reader, length).ToString(SqlConvert.TimeOfDayFormat, CultureInfo.InvariantCulture);
            case SqlKind.DateTime2:
                var time = TimeOfDay(reader, length - 3);
                return (Epoch(1, reader.Number(3)) + time).ToString(SqlConvert.TimeFormat, CultureInfo.InvariantCulture);
            default:
                var utc = TimeOfDay(reader, length - 5);
                var date = Epoch(1, reader.Number(3)) + utc;
                var offset = TimeSpan.FromMinutes((short)reader.UInt16());
                return new DateTimeOffset(date, TimeSpan.Zero).ToOffset(offset).ToString(SqlConvert.OffsetFormat, CultureInfo.InvariantCulture);
        }
    }

    private static DateTime Epoch(int year, long days) => new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(days);

    private TimeSpan TimeOfDay(WireReader reader, int length) => TimeSpan.FromTicks(reader.Number(length) * (long)Math.Pow(10, 7 - Type.Scale));
}
