using System.Buffers.Binary;
using System.Security.Cryptography;

namespace IdResolution.Server.Caching;

/// <summary>How far the log was applied to a partition of Redis. Encoded as four 8-byte numbers, big-endian.</summary>
/// <param name="Log">The number of the log; 0 for one without a name.</param>
/// <param name="Generation">The key namespace that the cursor belongs to.</param>
/// <param name="Start">The log position at which the namespace began. Earlier changes have no markers in it.</param>
/// <param name="Sequence">Every log entry up to this number was applied.</param>
internal readonly record struct RedisCursor(long Log, ulong Generation, long Start, long Sequence)
{
    private const int Length = 32;

    /// <summary>The cursor of a new, empty namespace.</summary>
    public static RedisCursor New(long log, long sequence) =>
        new(log, BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8)), sequence, sequence);

    public byte[] Encode()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Log);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), Generation);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), Start);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(24), Sequence);
        return bytes;
    }

    /// <summary>Decodes a cursor; null if the bytes are not one.</summary>
    public static RedisCursor? TryDecode(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
        && BinaryPrimitives.ReadInt64BigEndian(bytes) is >= 0 and var log
        && BinaryPrimitives.ReadInt64BigEndian(bytes[16..]) is >= 0 and var start
        && BinaryPrimitives.ReadInt64BigEndian(bytes[24..]) is var sequence
        && sequence >= start
            ? new RedisCursor(log, BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), start, sequence)
            : null;
}
