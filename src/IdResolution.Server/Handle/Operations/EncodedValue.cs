using System.Buffers.Binary;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Operations;

/// <summary>The fields of an encoded value that a filter needs, read in place.</summary>
internal readonly ref struct EncodedValue
{
    // The length of index, timestamp, TTL type, TTL and permissions.
    private const int TypeOffset = 14;

    public int Index { get; private init; }

    public ReadOnlySpan<byte> Type { get; private init; }

    /// <summary>The length of the whole encoded value in bytes.</summary>
    public int Length { get; private init; }

    /// <summary>Reads the value at the start of the bytes. False if there is no whole value.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out EncodedValue value)
    {
        value = default;
        if (bytes.Length < TypeOffset)
        {
            return false;
        }
        var reader = new WireReader(bytes[TypeOffset..]);
        if (!reader.TryArray(out var type) || !reader.TryArray(out _) || !reader.TryCount(8, out var references))
        {
            return false;
        }
        for (var i = 0; i < references; i++)
        {
            if (!reader.TryArray(out _) || !reader.TryInt32(out _))
            {
                return false;
            }
        }
        value = new EncodedValue
        {
            Index = BinaryPrimitives.ReadInt32BigEndian(bytes),
            Type = type,
            Length = bytes.Length - reader.Rest.Length,
        };
        return true;
    }
}
