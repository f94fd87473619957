using System.Buffers.Binary;
using System.Numerics;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// SipHash-2-4 with 128 bits (Aumasson and Bernstein, 2012): a keyed hash that is much faster on a few bytes than
/// SHA-256.
/// </summary>
internal ref struct SipHash
{
    private ulong _v0;
    private ulong _v1;
    private ulong _v2;
    private ulong _v3;

    private SipHash(ulong key0, ulong key1)
    {
        _v0 = key0 ^ 0x736f6d6570736575;
        _v1 = key1 ^ 0x646f72616e646f6d ^ 0xee;
        _v2 = key0 ^ 0x6c7967656e657261;
        _v3 = key1 ^ 0x7465646279746573;
    }

    /// <summary>Hashes bytes with a key of 16 bytes.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes)
    {
        var hash = new SipHash(
            BinaryPrimitives.ReadUInt64LittleEndian(key),
            BinaryPrimitives.ReadUInt64LittleEndian(key[8..])
        );
        var last = (ulong)bytes.Length << 56;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            hash.Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }
        for (var i = 0; i < bytes.Length; i++)
        {
            last |= (ulong)bytes[i] << (8 * i);
        }
        hash.Add(last);
        hash._v2 ^= 0xee;
        var lower = hash.Finish();
        hash._v1 ^= 0xdd;
        return new UInt128(hash.Finish(), lower);
    }

    private void Add(ulong word)
    {
        _v3 ^= word;
        Round();
        Round();
        _v0 ^= word;
    }

    private ulong Finish()
    {
        Round();
        Round();
        Round();
        Round();
        return _v0 ^ _v1 ^ _v2 ^ _v3;
    }

    private void Round()
    {
        _v0 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
        _v0 = BitOperations.RotateLeft(_v0, 32);
        _v2 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
        _v0 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
        _v2 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
        _v2 = BitOperations.RotateLeft(_v2, 32);
    }
}
