using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using IdResolution.Tds.Types;

namespace IdResolution.Tds.Protocol;

/// <summary>Puts a response's tokens together (MS-TDS 2.2.7).</summary>
internal sealed class TokenWriter
{
    private const string ServerName = "idresolution-tds";
    private const byte ErrorState = 1;

    private static readonly byte[] Collation = [0x09, 0x04, 0xD0, 0x00, 0x34];

    private readonly ArrayBufferWriter<byte> _out = new();

    public ReadOnlyMemory<byte> Written => _out.WrittenMemory;

    public static byte[] CollationBytes => Collation;

    public void Byte(int value)
    {
        _out.GetSpan(1)[0] = (byte)value;
        _out.Advance(1);
    }

    public void UInt16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_out.GetSpan(2), (ushort)value);
        _out.Advance(2);
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_out.GetSpan(4), value);
        _out.Advance(4);
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_out.GetSpan(8), value);
        _out.Advance(8);
    }

    /// <summary>The lowest <paramref name="count"/> bytes of a number.</summary>
    public void Number(long value, int count)
    {
        for (var index = 0; index < count; index++)
        {
            Byte((int)(value >> (8 * index)) & 0xFF);
        }
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => _out.Write(bytes);

    public void ShortText(string text)
    {
        Byte(text.Length);
        Bytes(Encoding.Unicode.GetBytes(text));
    }

    public void LoginAcknowledgement()
    {
        const string program = "Microsoft SQL Server";
        Byte(0xAD);
        UInt16(1 + 4 + 1 + (program.Length * 2) + 4);
        Byte(1);
        Bytes([0x74, 0x00, 0x00, 0x04]);
        ShortText(program);
        Bytes([15, 0, 0x07, 0xD0]);
    }

    /// <summary>A change of the environment whose values are text: 1 database, 2 language, 4 packet size.</summary>
    public void TextChange(byte kind, string value, string before)
    {
        Byte(0xE3);
        UInt16(3 + ((value.Length + before.Length) * 2));
        Byte(kind);
        ShortText(value);
        ShortText(before);
    }

    /// <summary>
    /// A change of the environment whose values are binary: 7 collation, 8 begun, 9 committed, 10 rolled back, 18
    /// reset.
    /// </summary>
    public void BinaryChange(byte kind, ReadOnlySpan<byte> value, ReadOnlySpan<byte> before)
    {
        Byte(0xE3);
        UInt16(3 + value.Length + before.Length);
        Byte(kind);
        Byte(value.Length);
        Bytes(value);
        Byte(before.Length);
        Bytes(before);
    }

    public void Error(TSqlException error)
    {
        var message = error.Message.Length > 2000 ? error.Message[..2000] : error.Message;
        Byte(0xAA);
        UInt16(4 + 1 + 1 + 2 + (message.Length * 2) + 1 + (ServerName.Length * 2) + 1 + 4);
        Int32(error.Number);
        Byte(ErrorState);
        Byte(error.Severity);
        UInt16(message.Length);
        Bytes(Encoding.Unicode.GetBytes(message));
        ShortText(ServerName);
        ShortText("");
        Int32(1);
    }

    public void Done(DoneKind kind, DoneStatus status, ushort command = 0, long rows = 0)
    {
        Byte((byte)kind);
        UInt16((ushort)status);
        UInt16(command);
        Int64(rows);
    }

    public void ReturnStatus(int value)
    {
        Byte(0x79);
        Int32(value);
    }

    public void Columns(IReadOnlyList<(string Name, SqlType Type)> columns)
    {
        Byte(0x81);
        UInt16(columns.Count);
        foreach (var (name, type) in columns)
        {
            Int32(0);
            UInt16(0x0001);
            ValueWriter.Type(this, type);
            ShortText(name);
        }
    }

    public void RowStart() => Byte(0xD1);
}
