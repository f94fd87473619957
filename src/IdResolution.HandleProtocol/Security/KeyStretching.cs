using System.Security.Cryptography;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// How PBKDF2-HMAC-SHA1 derives a key from a secret. The prover chooses all of it, so it is bounded here.
/// </summary>
/// <param name="Salt">At most <see cref="MaxSaltLength"/> bytes.</param>
/// <param name="Iterations">1 and up; <see cref="MaxRounds"/> limits it.</param>
/// <param name="KeyBits">8 to 512, a multiple of 8.</param>
public readonly record struct KeyStretching(ReadOnlyMemory<byte> Salt, int Iterations, int KeyBits)
{
    /// <summary>
    /// The most iterations, counted once for each 160 bits of key. This is ten times what clients use, and takes some
    /// 50 ms of one core. A stranger can ask for it before he has proved anything.
    /// </summary>
    public const int MaxRounds = 100_000;

    /// <summary>The longest salt in bytes.</summary>
    public const int MaxSaltLength = 256;

    private const int MaxKeyBits = 512;
    private const int UsualIterations = 10_000;
    private const int UsualBits = 160;

    /// <summary>The length of the derived key in bytes.</summary>
    public int KeyLength => KeyBits / 8;

    /// <summary>True if all parameters are within the bounds.</summary>
    public bool IsAllowed =>
        Salt.Length <= MaxSaltLength
        && KeyBits is >= 8 and <= MaxKeyBits
        && KeyBits % 8 == 0
        && Iterations >= 1
        && (long)Iterations * ((KeyBits + 159) / 160) <= MaxRounds;

    /// <summary>The parameters of the reference client: 16 random bytes, 10,000 iterations, 160 bits.</summary>
    public static KeyStretching Usual() => new(RandomNumberGenerator.GetBytes(16), UsualIterations, UsualBits);
}
