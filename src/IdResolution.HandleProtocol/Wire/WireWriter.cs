using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace IdResolution.HandleProtocol.Wire;

/// <summary>Writes the parts of a message.</summary>
public readonly ref struct WireWriter(IBufferWriter<byte> output)
{
    /// <summary>Writes one byte.</summary>
    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    /// <summary>Writes two bytes, big-endian.</summary>
    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), value);
        output.Advance(2);
    }

    /// <summary>Writes four bytes, big-endian.</summary>
    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    /// <summary>Writes eight bytes, big-endian.</summary>
    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    /// <summary>Writes the bytes alone, without a length.</summary>
    public void Bytes(ReadOnlySpan<byte> value) => output.Write(value);

    /// <summary>Writes an array (<c>arr</c>): a length of four bytes, then the bytes.</summary>
    public void Array(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        Bytes(value);
    }

    /// <summary>Writes an array that holds the text in UTF-8.</summary>
    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Int32(length);
        Encoding.UTF8.GetBytes(value, output.GetSpan(length));
        output.Advance(length);
    }
}
