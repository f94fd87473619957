using System.Buffers.Binary;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Operations;

/// <summary>A value of ours where it stands encoded: as much as a filter needs.</summary>
internal readonly ref struct EncodedValue
{
    // Index, timestamp, TTL type, TTL, permissions.
    private const int TypeOffset = 14;

    /// <summary>The index.</summary>
    public int Index { get; private init; }

    /// <summary>The type.</summary>
    public ReadOnlySpan<byte> Type { get; private init; }

    /// <summary>Bytes of the whole value.</summary>
    public int Length { get; private init; }

    /// <summary>Reads the value that the bytes begin with; false at their end.</summary>
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
