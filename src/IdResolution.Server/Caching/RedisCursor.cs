using System.Buffers.Binary;
using System.Security.Cryptography;

namespace IdResolution.Server.Caching;

/// <summary>How far the log was applied to a partition of Redis: 8 bytes of generation, 8 of sequence number, big-endian.</summary>
/// <param name="Generation">The key namespace that it is true of.</param>
/// <param name="Sequence">Every entry up to this was applied.</param>
internal readonly record struct RedisCursor(ulong Generation, long Sequence)
{
    private const int Length = 16;

    /// <summary>A namespace that nothing was ever kept in.</summary>
    public static RedisCursor New(long sequence) => new(BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8)), sequence);

    public byte[] Encode()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Generation);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), Sequence);
        return bytes;
    }

    /// <summary>Null for anything that is not a cursor.</summary>
    public static RedisCursor? TryDecode(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length && BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) is >= 0 and var sequence
            ? new RedisCursor(BinaryPrimitives.ReadUInt64BigEndian(bytes), sequence)
            : null;
}
