using System.Text;
using IdResolution.Tds.Types;

namespace IdResolution.Tds.Protocol;

/// <summary>
/// A TYPE_INFO as a client sends it, and how to read the values behind it (MS-TDS 2.2.5.4 and 2.2.5.5).
/// </summary>
internal sealed record WireType(byte Code, SqlType Type, int MaxLength)
{
    private const int LongLength = 0xFFFF;
    private const byte Null = 0x1F;
    private const byte Integer = 0x26;
    private const byte Bit = 0x68;
    private const byte Float = 0x6D;
    private const byte Text = 0xE7;
    private const byte Binary = 0xA5;
    private const byte LongText = 0x63;

    public static WireType Read(WireReader reader)
    {
        var code = reader.Byte();
        int length;
        switch (code)
        {
            case Null:
                return new(code, SqlType.Text, 0);
            case Integer:
                length = reader.Byte();
                return new(code, new SqlType(Kind(length) ?? throw Unknown(code)), length);
            case Float:
                length = reader.Byte();
                return length == sizeof(double) ? new(code, SqlType.Float, length) : throw Unknown(code);
            case Bit:
                return new(code, SqlType.Bit, reader.Byte());
            case Text:
                length = reader.UInt16();
                reader.Take(5);
                var characters = length == LongLength ? SqlType.Max : length / 2;
                return new(code, new SqlType(SqlKind.NVarChar, characters), length);
            case Binary:
                length = reader.UInt16();
                return new(code, new SqlType(SqlKind.VarBinary, length == LongLength ? SqlType.Max : length), length);
            case LongText:
                // What the client sends statements of more than 4,000 characters as.
                reader.Take(4 + 5);
                return new(code, SqlType.Text, LongLength);
            default:
                throw Unknown(code);
        }
    }

    public object? ReadValue(WireReader reader)
    {
        if (Type.IsInteger)
        {
            return reader.Byte() is var length and not 0 ? (object)Signed(reader.Number(length), length) : null;
        }

        if (Type.Kind == SqlKind.Float)
        {
            return reader.Byte() == 0 ? null : BitConverter.Int64BitsToDouble(reader.Int64());
        }

        return ReadString(reader) is not { } bytes ? null
            : Type.IsBinary ? bytes
            : Encoding.Unicode.GetString(bytes);
    }

    private static long Signed(long number, int length) =>
        length switch
        {
            2 => (short)number,
            4 => (int)number,
            _ => number,
        };

    private static SqlKind? Kind(int length) =>
        length switch
        {
            2 => SqlKind.SmallInt,
            4 => SqlKind.Int,
            8 => SqlKind.BigInt,
            _ => null,
        };

    private static TSqlException Unknown(byte code) =>
        new(8009, $"Outside this test server's scope: a value of data type 0x{code:X2}.");

    private byte[]? ReadString(WireReader reader)
    {
        if (Code == Null)
        {
            return null;
        }

        if (Code == LongText)
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
}
