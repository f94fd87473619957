using System.Buffers.Binary;
using System.Security.Cryptography;

namespace IdResolution.Server.Caching;

/// <summary>How far the log was applied to a partition of Redis. Encoded as three 8-byte numbers, big-endian.</summary>
/// <param name="Generation">The key namespace that the cursor belongs to.</param>
/// <param name="Start">The log position at which the namespace began. Earlier changes have no markers in it.</param>
/// <param name="Sequence">Every log entry up to this number was applied.</param>
internal readonly record struct RedisCursor(ulong Generation, long Start, long Sequence)
{
    private const int Length = 24;

    /// <summary>The cursor of a new, empty namespace.</summary>
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

    /// <summary>Decodes a cursor; null if the bytes are not one.</summary>
    public static RedisCursor? TryDecode(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
        && BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) is >= 0 and var start
        && BinaryPrimitives.ReadInt64BigEndian(bytes[16..]) is var sequence
        && sequence >= start
            ? new RedisCursor(BinaryPrimitives.ReadUInt64BigEndian(bytes), start, sequence)
            : null;
}
