using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Security;

/// <summary>The key of a session. On the wire it is four bytes for the algorithm, then the key.</summary>
public sealed class SessionKey
{
    private const int LongestAes = 32;

    private readonly byte[] _key;

    private SessionKey(SessionKeyAlgorithm algorithm, byte[] key) => (Algorithm, _key) = (algorithm, key);

    /// <summary>The cipher that the key is for.</summary>
    public SessionKeyAlgorithm Algorithm { get; }

    /// <summary>True for DES and triple DES.</summary>
    public bool HasOldCipher => Algorithm is SessionKeyAlgorithm.Des or SessionKeyAlgorithm.TripleDes;

    /// <summary>The whole key; MACs are made with it.</summary>
    internal ReadOnlySpan<byte> Bytes => _key;

    /// <summary>The part that the cipher uses: the first 16 bytes with AES, the whole key with others.</summary>
    internal ReadOnlySpan<byte> CipherKey => Algorithm == SessionKeyAlgorithm.Aes ? Bytes[..16] : Bytes;

    /// <summary>The algorithm that a server chooses for a client: AES from 2.2 on, DES before.</summary>
    public static SessionKeyAlgorithm UsualAlgorithm(ProtocolVersion version) =>
        version.IsAtLeast(2) ? SessionKeyAlgorithm.Aes : SessionKeyAlgorithm.Des;

    /// <summary>Makes a random key that is not weak.</summary>
    /// <exception cref="NotSupportedException">The algorithm is not supported.</exception>
    public static SessionKey Generate(SessionKeyAlgorithm algorithm)
    {
        var length = LengthOf(algorithm);
        if (length == 0)
        {
            throw new NotSupportedException($"Session keys of the algorithm {algorithm} are not supported.");
        }
        SessionKey? key;
        while (!TryCreate(algorithm, RandomNumberGenerator.GetBytes(length), out key)) { }
        return key;
    }

    /// <summary>
    /// Takes the bytes of a key. False if the length is wrong for the algorithm, or the key is weak for its cipher.
    /// </summary>
    public static bool TryCreate(
        SessionKeyAlgorithm algorithm,
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out SessionKey? key
    )
    {
        key = null;
        var least = LengthOf(algorithm);
        if (
            least == 0
            || bytes.Length < least
            || bytes.Length > (algorithm == SessionKeyAlgorithm.Aes ? LongestAes : least)
        )
        {
            return false;
        }
        var copy = bytes.ToArray();
        if (IsWeak(algorithm, copy))
        {
            return false;
        }
        key = new SessionKey(algorithm, copy);
        return true;
    }

    /// <summary>
    /// Reads the wire form; false if it is malformed. A key without its algorithm is read too, and its length tells the
    /// algorithm. Clients before 2.2 write it so, and the reference implementation with mode 2.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SessionKey? key)
    {
        key = null;
        // A length that is a multiple of 8 means that there is no algorithm.
        if (bytes.Length % 8 == 0)
        {
            var algorithm = bytes.Length switch
            {
                8 => SessionKeyAlgorithm.Des,
                24 => SessionKeyAlgorithm.TripleDes,
                _ => SessionKeyAlgorithm.Aes,
            };
            return TryCreate(algorithm, bytes, out key);
        }
        return BinaryPrimitives.TryReadInt32BigEndian(bytes, out var number)
            && TryCreate((SessionKeyAlgorithm)number, bytes[4..], out key);
    }

    /// <summary>The wire form of the key; before 2.2 without its algorithm.</summary>
    public byte[] ToBytes(ProtocolVersion version)
    {
        if (!version.IsAtLeast(2))
        {
            return [.. _key];
        }
        var bytes = new byte[4 + _key.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, (int)Algorithm);
        _key.CopyTo(bytes, 4);
        return bytes;
    }

    /// <summary>Encrypts the key for the holder of an RSA key (modes 1, 2 and 3), with PKCS#1 v1.5.</summary>
    public byte[] EncryptFor(RsaPublicKey key, ProtocolVersion version) => key.Encrypt(ToBytes(version));

    /// <summary>
    /// Decrypts a key from a peer. If that fails, or gives no key, the result is a random key. The session then fails
    /// at its first message, and the peer learns nothing about the padding. So the answer must be the same in both
    /// cases.
    /// </summary>
    /// <exception cref="NotSupportedException">The key pair cannot decrypt (response code 503).</exception>
    public static SessionKey Decrypt(ReadOnlySpan<byte> encrypted, KeyPair keyPair) =>
        TryRead(keyPair.Decrypt(encrypted), out var key) ? key : Generate(SessionKeyAlgorithm.Aes);

    [SuppressMessage(
        "Security",
        "CA5350:Do not use weak cryptographic algorithms",
        Justification = "A peer may ask for DESede; its weak keys are refused."
    )]
    [SuppressMessage(
        "Security",
        "CA5351:Do not use broken cryptographic algorithms",
        Justification = "Clients before 2.2 know DES alone; its weak keys are refused."
    )]
    private static bool IsWeak(SessionKeyAlgorithm algorithm, byte[] key) =>
        algorithm switch
        {
            SessionKeyAlgorithm.Des => DES.IsWeakKey(key) || DES.IsSemiWeakKey(key),
            SessionKeyAlgorithm.TripleDes => TripleDES.IsWeakKey(key),
            _ => false,
        };

    /// <summary>The shortest key of an algorithm in bytes; 0 if it is not supported.</summary>
    internal static int LengthOf(SessionKeyAlgorithm algorithm) =>
        algorithm switch
        {
            SessionKeyAlgorithm.Des => 8,
            SessionKeyAlgorithm.TripleDes => 24,
            SessionKeyAlgorithm.Aes or SessionKeyAlgorithm.Sm4 => 16,
            _ => 0,
        };
}
