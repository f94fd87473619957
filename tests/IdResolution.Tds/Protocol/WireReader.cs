using System.Buffers.Binary;
using System.Text;

namespace IdResolution.Tds.Protocol;

/// <summary>
/// Reads a message's payload front to back; going past its end is an <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class WireReader(byte[] bytes, int position = 0)
{
    public bool AtEnd => position >= bytes.Length;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - position)
        {
            throw new InvalidDataException("A message ends too early.");
        }

        position += count;
        return bytes.AsSpan(position - count, count);
    }

    public byte Peek() => AtEnd ? throw new InvalidDataException("A message ends too early.") : bytes[position];

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>An unsigned number of <paramref name="count"/> bytes.</summary>
    public long Number(int count)
    {
        var number = 0L;
        var part = Take(count);
        for (var index = count - 1; index >= 0; index--)
        {
            number = (number << 8) | part[index];
        }

        return number;
    }

    public string Text(int characters) => Encoding.Unicode.GetString(Take(characters * 2));

    /// <summary>Text behind its length in one byte.</summary>
    public string ShortText() => Text(Byte());

    /// <summary>The rest as text.</summary>
    public string RestAsText() => Text((bytes.Length - position) / 2);

    /// <summary>Skips ALL_HEADERS (transaction descriptor, notifications), which this server needs none of.</summary>
    public void SkipHeaders() => Take(Int32() - 4);
}
