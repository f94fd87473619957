using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace IdResolution.HandleProtocol.Wire;

/// <summary>
/// Reads what a message is made of; allocates nothing but the texts asked for, and never by a claimed length.
/// </summary>
public ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>What is not read yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    /// <summary>One byte.</summary>
    public bool TryByte(out byte value)
    {
        value = Rest.IsEmpty ? (byte)0 : Rest[0];
        return TrySkip(1);
    }

    /// <summary>Two bytes, big-endian.</summary>
    public bool TryUInt16(out ushort value)
    {
        value = Rest.Length < 2 ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(Rest);
        return TrySkip(2);
    }

    /// <summary>Four bytes, big-endian.</summary>
    public bool TryInt32(out int value)
    {
        value = Rest.Length < 4 ? 0 : BinaryPrimitives.ReadInt32BigEndian(Rest);
        return TrySkip(4);
    }

    /// <summary>Eight bytes, big-endian.</summary>
    public bool TryInt64(out long value)
    {
        value = Rest.Length < 8 ? 0 : BinaryPrimitives.ReadInt64BigEndian(Rest);
        return TrySkip(8);
    }

    /// <summary>So many bytes.</summary>
    public bool TryBytes(int length, out ReadOnlySpan<byte> value)
    {
        value = length >= 0 && length <= Rest.Length ? Rest[..length] : default;
        return TrySkip(length);
    }

    /// <summary>A length of four bytes and so many bytes (<c>arr</c>).</summary>
    public bool TryArray(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryInt32(out var length) && length <= MessageLimits.MaxArrayLength && TryBytes(length, out value);
    }

    /// <summary>An array that is UTF-8.</summary>
    public bool TryText(out string value)
    {
        value = "";
        if (!TryArray(out var utf8) || !Utf8.IsValid(utf8))
        {
            return false;
        }
        value = Encoding.UTF8.GetString(utf8);
        return true;
    }

    /// <summary>
    /// A count of what follows, each of at least so many bytes: more than fit in what is left is refused.
    /// </summary>
    public bool TryCount(int leastBytes, out int count) =>
        TryInt32(out count) && count >= 0 && count <= Rest.Length / leastBytes;

    private bool TrySkip(int length)
    {
        if (length < 0 || length > Rest.Length)
        {
            return false;
        }
        Rest = Rest[length..];
        return true;
    }
}
