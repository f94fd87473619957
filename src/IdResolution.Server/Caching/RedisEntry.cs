using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Server.Caching;

/// <summary>
/// Encodes the values in Redis. Numbers are big-endian. A marker is <c>u8 format and kind ‖ i64 sequence</c>. An entry
/// adds <c>‖ u32 checksum</c>. An entry with a record then adds <c>‖ i64 object ‖ i64 version ‖ i64 sequence ‖ i64
/// created ‖ i64 updated ‖ u8 status ‖ u8 n ‖ n bytes of digest ‖ state</c>. The checksum (CRC-32C) covers the key and
/// all other bytes, so bytes from elsewhere, or from under another key, are not taken for an entry.
/// </summary>
internal static class RedisEntry
{
    /// <summary>Longest entry in bytes. A longer value is not an entry of this node.</summary>
    public const int MaxLength = 16 << 20;

    // The high four bits are the format's version. The scripts read the eight bytes that follow this one.
    private const byte Marker = 0x10;
    private const byte Absent = 0x11;
    private const byte Present = 0x12;
    private const int HeaderLength = 9;
    private const int ChecksumAt = HeaderLength;
    private const int BodyAt = HeaderLength + 4;
    private const int FixedLength = BodyAt + 42;

    /// <summary>A sequence number as the 8 big-endian bytes that the scripts compare.</summary>
    public static byte[] Number(long sequence)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, sequence);
        return bytes;
    }

    /// <summary>Encodes a marker: the record changed at this sequence number. It keeps out older entries.</summary>
    public static byte[] EncodeMarker(long sequence)
    {
        var bytes = new byte[HeaderLength];
        bytes[0] = Marker;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), sequence);
        return bytes;
    }

    /// <summary>Encodes what the store found for a key: a record, or that there is none.</summary>
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

    /// <summary>Decodes the value under a key; false for a marker and for anything that is not a whole entry.</summary>
    /// <param name="key">The key that the value was kept under.</param>
    /// <param name="bytes">The value.</param>
    /// <param name="found">What the store had found for the key.</param>
    /// <param name="isForeign">True if the value is neither an entry nor a marker.</param>
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
