using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace IdResolution.HandleProtocol.Wire;

/// <summary>
/// Reads the parts of a message. False if too few bytes are left. Only texts are allocated, once their bytes are there.
/// </summary>
public ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>The bytes not yet read.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    /// <summary>Reads one byte.</summary>
    public bool TryByte(out byte value)
    {
        value = Rest.IsEmpty ? (byte)0 : Rest[0];
        return TrySkip(1);
    }

    /// <summary>Reads two bytes, big-endian.</summary>
    public bool TryUInt16(out ushort value)
    {
        value = Rest.Length < 2 ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(Rest);
        return TrySkip(2);
    }

    /// <summary>Reads four bytes, big-endian.</summary>
    public bool TryInt32(out int value)
    {
        value = Rest.Length < 4 ? 0 : BinaryPrimitives.ReadInt32BigEndian(Rest);
        return TrySkip(4);
    }

    /// <summary>Reads eight bytes, big-endian.</summary>
    public bool TryInt64(out long value)
    {
        value = Rest.Length < 8 ? 0 : BinaryPrimitives.ReadInt64BigEndian(Rest);
        return TrySkip(8);
    }

    /// <summary>Reads <paramref name="length"/> bytes without copying them; false for a negative length.</summary>
    public bool TryBytes(int length, out ReadOnlySpan<byte> value)
    {
        value = length >= 0 && length <= Rest.Length ? Rest[..length] : default;
        return TrySkip(length);
    }

    /// <summary>Reads an array (<c>arr</c>): a length of four bytes, then the bytes, which are not copied.</summary>
    public bool TryArray(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryInt32(out var length) && length <= MessageLimits.MaxArrayLength && TryBytes(length, out value);
    }

    /// <summary>Reads an array as text; false if it is not valid UTF-8.</summary>
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
    /// Reads a count of items; false if that many, each of at least <paramref name="leastBytes"/>, do not fit.
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
