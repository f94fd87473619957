using System.Security.Cryptography;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// How PBKDF2-HMAC-SHA1 makes a key of a secret. The prover chooses all of it, so it is bounded here.
/// </summary>
/// <param name="Salt">At most 256 bytes.</param>
/// <param name="Iterations">1 and up; see <see cref="MaxRounds"/>.</param>
/// <param name="KeyBits">8 to 512, whole bytes.</param>
public readonly record struct KeyStretching(ReadOnlyMemory<byte> Salt, int Iterations, int KeyBits)
{
    /// <summary>
    /// The most iterations, counted once for each 160 bits of key: ten times what clients use, some 50 ms of one core.
    /// A stranger may ask for it before he has proved anything.
    /// </summary>
    public const int MaxRounds = 100_000;

    /// <summary>The longest salt in bytes.</summary>
    public const int MaxSaltLength = 256;

    private const int MaxKeyBits = 512;
    private const int UsualIterations = 10_000;
    private const int UsualBits = 160;

    /// <summary>The bytes of the key.</summary>
    public int KeyLength => KeyBits / 8;

    /// <summary>True where all is within the bounds.</summary>
    public bool IsAllowed =>
        Salt.Length <= MaxSaltLength
        && KeyBits is >= 8 and <= MaxKeyBits
        && KeyBits % 8 == 0
        && Iterations >= 1
        && (long)Iterations * ((KeyBits + 159) / 160) <= MaxRounds;

    /// <summary>What the reference client uses: 16 random bytes, 10,000 iterations, 160 bits.</summary>
    public static KeyStretching Usual() => new(RandomNumberGenerator.GetBytes(16), UsualIterations, UsualBits);
}
