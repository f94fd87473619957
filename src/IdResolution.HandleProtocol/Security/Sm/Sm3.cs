using System.Buffers.Binary;
using System.Numerics;

namespace IdResolution.HandleProtocol.Security.Sm;

/// <summary>The hash SM3 (GB/T 32905-2016).</summary>
public sealed class Sm3
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashSize = 32;

    private const int BlockSize = 64;

    private readonly uint[] _state =
        [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E];

    private readonly byte[] _block = new byte[BlockSize];
    private ulong _length;

    /// <summary>The hash of pieces, one after the other.</summary>
    public static byte[] HashData(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        var running = new Sm3();
        running.Append(first);
        running.Append(second);
        return running.Finish();
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        var used = (int)(_length % BlockSize);
        _length += (ulong)data.Length;
        if (used > 0)
        {
            var taken = Math.Min(BlockSize - used, data.Length);
            data[..taken].CopyTo(_block.AsSpan(used));
            data = data[taken..];
            if (used + taken < BlockSize)
            {
                return;
            }
            Compress(_block);
        }
        for (; data.Length >= BlockSize; data = data[BlockSize..])
        {
            Compress(data);
        }
        data.CopyTo(_block);
    }

    private byte[] Finish()
    {
        Span<byte> end = stackalloc byte[2 * BlockSize];
        var used = (int)(_length % BlockSize);
        var padded = used < BlockSize - 8 ? BlockSize : 2 * BlockSize;
        end.Clear();
        _block.AsSpan(0, used).CopyTo(end);
        end[used] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(end[(padded - 8)..], _length * 8);
        for (var at = 0; at < padded; at += BlockSize)
        {
            Compress(end.Slice(at, BlockSize));
        }
        var hash = new byte[HashSize];
        for (var i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(4 * i), _state[i]);
        }
        return hash;
    }

    /// <summary>The compression function, §5.3; names as there.</summary>
    private void Compress(ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[68];
        for (var j = 0; j < 16; j++)
        {
            w[j] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * j)..]);
        }
        for (var j = 16; j < 68; j++)
        {
            w[j] = P1(w[j - 16] ^ w[j - 9] ^ BitOperations.RotateLeft(w[j - 3], 15)) ^ BitOperations.RotateLeft(w[j - 13], 7) ^ w[j - 6];
        }
        uint a = _state[0], b = _state[1], c = _state[2], d = _state[3], e = _state[4], f = _state[5], g = _state[6], h = _state[7];
        for (var j = 0; j < 64; j++)
        {
            var t = j < 16 ? 0x79CC4519u : 0x7A879D8Au;
            var a12 = BitOperations.RotateLeft(a, 12);
            var ss1 = BitOperations.RotateLeft(a12 + e + BitOperations.RotateLeft(t, j), 7);
            var ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
            var gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
            var tt1 = ff + d + (ss1 ^ a12) + (w[j] ^ w[j + 4]);
            var tt2 = gg + h + ss1 + w[j];
            (a, b, c, d) = (tt1, a, BitOperations.RotateLeft(b, 9), c);
            (e, f, g, h) = (P0(tt2), e, BitOperations.RotateLeft(f, 19), g);
        }
        _state[0] ^= a;
        _state[1] ^= b;
        _state[2] ^= c;
        _state[3] ^= d;
        _state[4] ^= e;
        _state[5] ^= f;
        _state[6] ^= g;
        _state[7] ^= h;
    }

    private static uint P0(uint x) => x ^ BitOperations.RotateLeft(x, 9) ^ BitOperations.RotateLeft(x, 17);

    private static uint P1(uint x) => x ^ BitOperations.RotateLeft(x, 15) ^ BitOperations.RotateLeft(x, 23);
}
