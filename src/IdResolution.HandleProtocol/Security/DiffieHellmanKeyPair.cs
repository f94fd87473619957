using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Wire;
using Org.BouncyCastle.Crypto.Agreement;
using Org.BouncyCastle.Crypto.Parameters;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// One side of a Diffie-Hellman exchange (mode 4). Made for one session and thrown away; the arithmetic does not take
/// constant time.
/// </summary>
public sealed class DiffieHellmanKeyPair
{
    /// <summary>Twice the strength of a modulus of 4096 bits.</summary>
    private const int PrivateBytes = 40;

    private const int AesKeyLength = 32;

    /// <summary>The modulus of 2048 bits of RFC 3526 §3.</summary>
    private static readonly BigInteger Prime2048 = Number(DHStandardGroups.rfc3526_2048.P.ToByteArrayUnsigned());

    private readonly BigInteger _private;

    private DiffieHellmanKeyPair(BigInteger secret, DiffieHellmanPublicKey publicKey) =>
        (_private, PublicKey) = (secret, publicKey);

    /// <summary>What the peer is sent.</summary>
    public DiffieHellmanPublicKey PublicKey { get; }

    /// <summary>Makes a pair over the group of 2048 bits of RFC 3526: what who asks for the session does.</summary>
    public static DiffieHellmanKeyPair Generate() =>
        TryGenerate(Prime2048, 2, RandomSecret(), out var pair) ? pair : throw new UnreachableException();

    /// <summary>
    /// Makes a pair over the peer's group: what who answers does. False where the group leads to a public number that
    /// gives the secret away: it is none then.
    /// </summary>
    // One power of 320 bits, whatever the peer sends: to test whether p is prime would cost many times that. In a
    // proper group the one try as good as never fails.
    public static bool TryGenerateFor(
        DiffieHellmanPublicKey peer,
        [NotNullWhen(true)] out DiffieHellmanKeyPair? pair
    ) => TryGenerate(peer.P, peer.G, RandomSecret(), out pair);

    /// <summary>The algorithm that who answers chooses: AES, for peers before 2.4, which cannot be told, DES.</summary>
    public static SessionKeyAlgorithm UsualAlgorithm(ProtocolVersion version) =>
        version.IsAtLeast(4) ? SessionKeyAlgorithm.Aes : SessionKeyAlgorithm.Des;

    /// <summary>
    /// What who answers sends: from 2.4 on the algorithm of the key and the public key as HS_PUBKEY, before that the
    /// public key alone, the algorithm being DES.
    /// </summary>
    public byte[] ToResponse(SessionKeyAlgorithm algorithm, ProtocolVersion version)
    {
        var key = PublicKey.ToData();
        if (!version.IsAtLeast(4))
        {
            return key;
        }
        var response = new byte[4 + key.Length];
        BinaryPrimitives.WriteInt32BigEndian(response, (int)algorithm);
        key.CopyTo(response, 4);
        return response;
    }

    /// <summary>Reads what <see cref="ToResponse"/> writes; false where it is none.</summary>
    public static bool TryReadResponse(
        ReadOnlySpan<byte> response,
        ProtocolVersion version,
        out SessionKeyAlgorithm algorithm,
        [NotNullWhen(true)] out DiffieHellmanPublicKey? peer
    )
    {
        peer = null;
        algorithm = SessionKeyAlgorithm.Des;
        var reader = new WireReader(response);
        if (version.IsAtLeast(4))
        {
            if (!reader.TryInt32(out var number))
            {
                return false;
            }
            algorithm = (SessionKeyAlgorithm)number;
        }
        peer = IdResolution.HandleProtocol.Keys.PublicKey.TryRead(reader.Rest, out var key)
            ? key as DiffieHellmanPublicKey
            : null;
        return peer is not null;
    }

    /// <summary>
    /// The session key that both sides compute; false where the peer's group is another, or the secret is one that
    /// everybody knows. As the reference: AES takes 32 bytes of the shared number, written as long as p, without
    /// leading zeros where enough is left; DES and DESede take its first 8 and 24 bytes, with odd parity. SM4 takes 16
    /// as AES does, which is a guess.
    /// </summary>
    public bool TryAgree(
        DiffieHellmanPublicKey peer,
        SessionKeyAlgorithm algorithm,
        [NotNullWhen(true)] out SessionKey? key
    )
    {
        key = null;
        if (peer.P != PublicKey.P || peer.G != PublicKey.G)
        {
            return false;
        }
        var shared = BigInteger.ModPow(peer.Y, _private, peer.P);
        if (shared <= 1 || shared == peer.P - 1)
        {
            return false;
        }
        var magnitude = shared.ToByteArray(isUnsigned: true, isBigEndian: true);
        var secret = new byte[peer.P.GetByteCount(isUnsigned: true)];
        magnitude.CopyTo(secret, secret.Length - magnitude.Length);
        return SessionKey.TryCreate(algorithm, Derive(secret, algorithm), out key);
    }

    internal static bool TryGenerate(
        BigInteger p,
        BigInteger g,
        BigInteger secret,
        [NotNullWhen(true)] out DiffieHellmanKeyPair? pair
    )
    {
        pair = DiffieHellmanPublicKey.TryCreate(BigInteger.ModPow(g, secret, p), p, g, out var key)
            ? new DiffieHellmanKeyPair(secret, key)
            : null;
        return pair is not null;
    }

    private static BigInteger RandomSecret() => Number(RandomNumberGenerator.GetBytes(PrivateBytes));

    private static BigInteger Number(ReadOnlySpan<byte> magnitude) =>
        new(magnitude, isUnsigned: true, isBigEndian: true);

    private static byte[] Derive(ReadOnlySpan<byte> secret, SessionKeyAlgorithm algorithm)
    {
        if (algorithm is SessionKeyAlgorithm.Aes or SessionKeyAlgorithm.Sm4)
        {
            var length = algorithm == SessionKeyAlgorithm.Aes ? AesKeyLength : SessionKey.LengthOf(algorithm);
            var zeros = Math.Min(secret.IndexOfAnyExcept((byte)0), secret.Length - length);
            return secret.Slice(zeros, length).ToArray();
        }
        var key = secret[..SessionKey.LengthOf(algorithm)].ToArray();
        DesParameters.SetOddParity(key);
        return key;
    }
}
