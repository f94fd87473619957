using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Paddings;
using Org.BouncyCastle.Crypto.Parameters;

namespace IdResolution.HandleProtocol.Keys.Sm;

/// <summary>
/// CBC with the block cipher SM4 (GB/T 32907-2016). It uses a lookup table, so its timing may reveal the key to a
/// process that shares the processor's cache.
/// </summary>
internal static class Sm4
{
    /// <summary>The bytes of a key, and of a block.</summary>
    public const int BlockSize = 16;

    /// <summary>Encrypts with PKCS#7 padding.</summary>
    public static byte[] EncryptCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> clear) =>
        Run(new PaddedBufferedBlockCipher(Cbc(), new Pkcs7Padding()), forEncryption: true, key, iv, clear);

    /// <summary>Decrypts whole blocks; the padding stays in the result.</summary>
    public static byte[] DecryptCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> encrypted) =>
        Run(new BufferedBlockCipher(Cbc()), forEncryption: false, key, iv, encrypted);

    private static CbcBlockCipher Cbc() => new(new SM4Engine());

    private static byte[] Run(
        BufferedBlockCipher cipher,
        bool forEncryption,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> iv,
        ReadOnlySpan<byte> input
    )
    {
        cipher.Init(forEncryption, new ParametersWithIV(new KeyParameter(key), iv));
        var output = new byte[cipher.GetOutputSize(input.Length)];
        var length = cipher.ProcessBytes(input, output);
        cipher.DoFinal(output.AsSpan(length));
        return output;
    }
}
