using System.Buffers.Binary;
using System.Numerics;

namespace IdResolution.HandleProtocol.Security.Sm;

/// <summary>The block cipher SM4 (GB/T 32907-2016), and CBC with it. Looks bytes up in a table, so its time may tell of the key to who shares a processor's cache.</summary>
public sealed class Sm4
{
    /// <summary>Bytes of a key and of a block.</summary>
    public const int BlockSize = 16;

    private const int Rounds = 32;

    private readonly uint[] _keys = new uint[Rounds];

    /// <summary>A cipher under a key of 16 bytes.</summary>
    public Sm4(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, BlockSize);
        Span<uint> k = [0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC];
        for (var i = 0; i < 4; i++)
        {
            k[i] ^= BinaryPrimitives.ReadUInt32BigEndian(key[(4 * i)..]);
        }
        for (var i = 0; i < Rounds; i++)
        {
            var mixed = Substitute(k[(i + 1) % 4] ^ k[(i + 2) % 4] ^ k[(i + 3) % 4] ^ Constant(i));
            _keys[i] = k[i % 4] ^= mixed ^ BitOperations.RotateLeft(mixed, 13) ^ BitOperations.RotateLeft(mixed, 23);
        }
    }

    private static ReadOnlySpan<byte> Box =>
    [
        0xD6, 0x90, 0xE9, 0xFE, 0xCC, 0xE1, 0x3D, 0xB7, 0x16, 0xB6, 0x14, 0xC2, 0x28, 0xFB, 0x2C, 0x05,
        0x2B, 0x67, 0x9A, 0x76, 0x2A, 0xBE, 0x04, 0xC3, 0xAA, 0x44, 0x13, 0x26, 0x49, 0x86, 0x06, 0x99,
        0x9C, 0x42, 0x50, 0xF4, 0x91, 0xEF, 0x98, 0x7A, 0x33, 0x54, 0x0B, 0x43, 0xED, 0xCF, 0xAC, 0x62,
        0xE4, 0xB3, 0x1C, 0xA9, 0xC9, 0x08, 0xE8, 0x95, 0x80, 0xDF, 0x94, 0xFA, 0x75, 0x8F, 0x3F, 0xA6,
        0x47, 0x07, 0xA7, 0xFC, 0xF3, 0x73, 0x17, 0xBA, 0x83, 0x59, 0x3C, 0x19, 0xE6, 0x85, 0x4F, 0xA8,
        0x68, 0x6B, 0x81, 0xB2, 0x71, 0x64, 0xDA, 0x8B, 0xF8, 0xEB, 0x0F, 0x4B, 0x70, 0x56, 0x9D, 0x35,
        0x1E, 0x24, 0x0E, 0x5E, 0x63, 0x58, 0xD1, 0xA2, 0x25, 0x22, 0x7C, 0x3B, 0x01, 0x21, 0x78, 0x87,
        0xD4, 0x00, 0x46, 0x57, 0x9F, 0xD3, 0x27, 0x52, 0x4C, 0x36, 0x02, 0xE7, 0xA0, 0xC4, 0xC8, 0x9E,
        0xEA, 0xBF, 0x8A, 0xD2, 0x40, 0xC7, 0x38, 0xB5, 0xA3, 0xF7, 0xF2, 0xCE, 0xF9, 0x61, 0x15, 0xA1,
        0xE0, 0xAE, 0x5D, 0xA4, 0x9B, 0x34, 0x1A, 0x55, 0xAD, 0x93, 0x32, 0x30, 0xF5, 0x8C, 0xB1, 0xE3,
        0x1D, 0xF6, 0xE2, 0x2E, 0x82, 0x66, 0xCA, 0x60, 0xC0, 0x29, 0x23, 0xAB, 0x0D, 0x53, 0x4E, 0x6F,
        0xD5, 0xDB, 0x37, 0x45, 0xDE, 0xFD, 0x8E, 0x2F, 0x03, 0xFF, 0x6A, 0x72, 0x6D, 0x6C, 0x5B, 0x51,
        0x8D, 0x1B, 0xAF, 0x92, 0xBB, 0xDD, 0xBC, 0x7F, 0x11, 0xD9, 0x5C, 0x41, 0x1F, 0x10, 0x5A, 0xD8,
        0x0A, 0xC1, 0x31, 0x88, 0xA5, 0xCD, 0x7B, 0xBD, 0x2D, 0x74, 0xD0, 0x12, 0xB8, 0xE5, 0xB4, 0xB0,
        0x89, 0x69, 0x97, 0x4A, 0x0C, 0x96, 0x77, 0x7E, 0x65, 0xB9, 0xF1, 0x09, 0xC5, 0x6E, 0xC6, 0x84,
        0x18, 0xF0, 0x7D, 0xEC, 0x3A, 0xDC, 0x4D, 0x20, 0x79, 0xEE, 0x5F, 0x3E, 0xD7, 0xCB, 0x39, 0x48,
    ];

    /// <summary>Encrypts a block.</summary>
    public void Encrypt(ReadOnlySpan<byte> input, Span<byte> output) => Run(input, output, first: 0, step: 1);

    /// <summary>Decrypts a block.</summary>
    public void Decrypt(ReadOnlySpan<byte> input, Span<byte> output) => Run(input, output, first: Rounds - 1, step: -1);

    /// <summary>Encrypts in CBC, with PKCS#7 padding.</summary>
    public byte[] EncryptCbc(ReadOnlySpan<byte> clear, ReadOnlySpan<byte> iv)
    {
        var count = BlockSize - clear.Length % BlockSize;
        var encrypted = new byte[clear.Length + count];
        clear.CopyTo(encrypted);
        encrypted.AsSpan(clear.Length).Fill((byte)count);
        var last = iv;
        for (var at = 0; at < encrypted.Length; at += BlockSize)
        {
            var block = encrypted.AsSpan(at, BlockSize);
            Mix(block, last);
            Encrypt(block, block);
            last = block;
        }
        return encrypted;
    }

    /// <summary>Decrypts whole blocks in CBC and leaves the padding.</summary>
    public byte[] DecryptCbc(ReadOnlySpan<byte> encrypted, ReadOnlySpan<byte> iv)
    {
        var clear = new byte[encrypted.Length];
        for (var at = 0; at < clear.Length; at += BlockSize)
        {
            var block = clear.AsSpan(at, BlockSize);
            Decrypt(encrypted.Slice(at, BlockSize), block);
            Mix(block, at == 0 ? iv : encrypted.Slice(at - BlockSize, BlockSize));
        }
        return clear;
    }

    private void Run(ReadOnlySpan<byte> input, Span<byte> output, int first, int step)
    {
        var a = BinaryPrimitives.ReadUInt32BigEndian(input);
        var b = BinaryPrimitives.ReadUInt32BigEndian(input[4..]);
        var c = BinaryPrimitives.ReadUInt32BigEndian(input[8..]);
        var d = BinaryPrimitives.ReadUInt32BigEndian(input[12..]);
        for (var i = 0; i < Rounds; i++)
        {
            var mixed = Substitute(b ^ c ^ d ^ _keys[first + i * step]);
            var next = a ^ mixed ^ BitOperations.RotateLeft(mixed, 2) ^ BitOperations.RotateLeft(mixed, 10) ^ BitOperations.RotateLeft(mixed, 18) ^ BitOperations.RotateLeft(mixed, 24);
            (a, b, c, d) = (b, c, d, next);
        }
        BinaryPrimitives.WriteUInt32BigEndian(output, d);
        BinaryPrimitives.WriteUInt32BigEndian(output[4..], c);
        BinaryPrimitives.WriteUInt32BigEndian(output[8..], b);
        BinaryPrimitives.WriteUInt32BigEndian(output[12..], a);
    }

    private static uint Substitute(uint x) =>
        ((uint)Box[(int)(x >> 24)] << 24) | ((uint)Box[(byte)(x >> 16)] << 16) | ((uint)Box[(byte)(x >> 8)] << 8) | Box[(byte)x];

    private static uint Constant(int i)
    {
        var value = 0u;
        for (var j = 0; j < 4; j++)
        {
            value = (value << 8) | (byte)((4 * i + j) * 7);
        }
        return value;
    }

    private static void Mix(Span<byte> block, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < BlockSize; i++)
        {
            block[i] ^= other[i];
        }
    }
}
