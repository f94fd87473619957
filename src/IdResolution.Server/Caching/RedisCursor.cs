using System.Buffers.Binary;
using System.Security.Cryptography;

namespace IdResolution.Server.Caching;

/// <summary>How far the log was applied to a partition of Redis: 8 bytes each, big-endian.</summary>
/// <param name="Generation">The key namespace that it is true of.</param>
/// <param name="Start">Where it began: what changed before has no markers in it.</param>
/// <param name="Sequence">Every entry up to this was applied.</param>
internal readonly record struct RedisCursor(ulong Generation, long Start, long Sequence)
{
    private const int Length = 24;

    /// <summary>A namespace that nothing was ever kept in.</summary>
    public static RedisCursor New(long sequence) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8)), sequence, sequence);

    public byte[] Encode()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Generation);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), Start);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), Sequence);
        return bytes;
    }

    /// <summary>Null for anything that is not a cursor.</summary>
    public static RedisCursor? TryDecode(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
        && BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) is >= 0 and var start
        && BinaryPrimitives.ReadInt64BigEndian(bytes[16..]) is var sequence
        && sequence >= start
            ? new RedisCursor(BinaryPrimitives.ReadUInt64BigEndian(bytes), start, sequence)
            : null;
}
