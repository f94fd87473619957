using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Server.Caching;

/// <summary>
/// A value in Redis, big-endian: <c>u8 format and kind ‖ i64 sequence</c>, then for an entry <c>‖ u32 checksum</c>, and
/// for a record <c>‖ i64 object ‖ i64 version ‖ i64 sequence ‖ i64 created ‖ i64 updated ‖ u8 status ‖ u8 n ‖ n bytes
/// of digest ‖ state</c>. The checksum (CRC-32C) is over the key and all else: bytes that anything else wrote, or under
/// another key, are no entry.
/// </summary>
internal static class RedisEntry
{
    /// <summary>A greater value is none of ours.</summary>
    public const int MaxLength = 16 << 20;

    // The high half is the format's version; the scripts read the eight bytes that follow.
    private const byte Marker = 0x10;
    private const byte Absent = 0x11;
    private const byte Present = 0x12;
    private const int HeaderLength = 9;
    private const int ChecksumAt = HeaderLength;
    private const int BodyAt = HeaderLength + 4;
    private const int FixedLength = BodyAt + 42;

    /// <summary>The sequence number as the scripts compare it.</summary>
    public static byte[] Number(long sequence)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, sequence);
        return bytes;
    }

    /// <summary>Says that the record changed at a sequence number; refuses what was read before.</summary>
    public static byte[] EncodeMarker(long sequence)
    {
        var bytes = new byte[HeaderLength];
        bytes[0] = Marker;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), sequence);
        return bytes;
    }

    /// <summary>What the store found for a key.</summary>
    public static byte[] Encode(LookupKey key, RecordLookup found)
    {
        var record = found.Record;
        var bytes = new byte[record is null ? BodyAt : FixedLength + record.Digest.Length + record.State.Length];
        bytes[0] = record is null ? Absent : Present;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), found.Head);
        if (record is not null)
        {
            EncodeRecord(record, bytes.AsSpan(BodyAt));
        }
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(ChecksumAt), Checksum(key, bytes));
        return bytes;
    }

    /// <summary>Reads what is kept for a key: false for a marker and for anything that is not whole.</summary>
    /// <param name="key">The key it was kept under.</param>
    /// <param name="bytes">Whatever is there.</param>
    /// <param name="found">What the store had found.</param>
    /// <param name="isForeign">It is neither an entry nor a marker.</param>
    public static bool TryDecode(LookupKey key, ReadOnlySpan<byte> bytes, out RecordLookup found, out bool isForeign)
    {
        found = default;
        isForeign = false;
        if (bytes.Length == HeaderLength && bytes[0] == Marker)
        {
            return false;
        }
        isForeign = true;
        if (
            bytes.Length is < BodyAt or > MaxLength
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[ChecksumAt..]) != Checksum(key, bytes)
        )
        {
            return false;
        }
        var head = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        if (bytes[0] == Absent && bytes.Length == BodyAt)
        {
            found = new RecordLookup(null, head);
        }
        else if (
            bytes[0] == Present
            && bytes.Length >= FixedLength
            && TryDecodeRecord(key, bytes[BodyAt..]) is { } record
        )
        {
            found = new RecordLookup(record, head);
        }
        else
        {
            return false;
        }
        isForeign = false;
        return true;
    }

    private static void EncodeRecord(StoredRecord record, Span<byte> body)
    {
        BinaryPrimitives.WriteInt64BigEndian(body, record.Object);
        BinaryPrimitives.WriteInt64BigEndian(body[8..], record.Version);
        BinaryPrimitives.WriteInt64BigEndian(body[16..], record.Sequence);
        BinaryPrimitives.WriteInt64BigEndian(body[24..], record.CreatedAt);
        BinaryPrimitives.WriteInt64BigEndian(body[32..], record.UpdatedAt);
        body[40] = (byte)record.Status;
        body[41] = checked((byte)record.Digest.Length);
        record.Digest.CopyTo(body[42..]);
        record.State.CopyTo(body[(42 + record.Digest.Length)..]);
    }

    private static StoredRecord? TryDecodeRecord(LookupKey key, ReadOnlySpan<byte> body)
    {
        var digestLength = body[41];
        return body.Length < 42 + digestLength || body[40] > (byte)RecordStatus.Revoked
            ? null
            : new StoredRecord
            {
                Object = BinaryPrimitives.ReadInt64BigEndian(body),
                Key = key,
                Version = BinaryPrimitives.ReadInt64BigEndian(body[8..]),
                Sequence = BinaryPrimitives.ReadInt64BigEndian(body[16..]),
                CreatedAt = BinaryPrimitives.ReadInt64BigEndian(body[24..]),
                UpdatedAt = BinaryPrimitives.ReadInt64BigEndian(body[32..]),
                Status = (RecordStatus)body[40],
                Digest = body.Slice(42, digestLength).ToArray(),
                State = body[(42 + digestLength)..].ToArray(),
            };
    }

    private static uint Checksum(LookupKey key, ReadOnlySpan<byte> bytes) =>
        Checksum(Checksum(Checksum(uint.MaxValue, key.Bytes), bytes[..ChecksumAt]), bytes[BodyAt..]);

    private static uint Checksum(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            checksum = BitOperations.Crc32C(checksum, word);
        }
        foreach (var last in bytes[(words.Length * sizeof(ulong))..])
        {
            checksum = BitOperations.Crc32C(checksum, last);
        }
        return checksum;
    }
}
