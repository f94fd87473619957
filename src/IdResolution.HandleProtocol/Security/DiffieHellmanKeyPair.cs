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
/// One side of a Diffie-Hellman exchange (mode 4). Make a new pair for each session: the arithmetic does not take
/// constant time.
/// </summary>
public sealed class DiffieHellmanKeyPair
{
    /// <summary>Twice the strength of a modulus of 4096 bits.</summary>
    private const int PrivateBytes = 40;

    private const int AesKeyLength = 32;

    /// <summary>The modulus of 2048 bits from RFC 3526 §3.</summary>
    private static readonly BigInteger Prime2048 = Number(DHStandardGroups.rfc3526_2048.P.ToByteArrayUnsigned());

    private readonly BigInteger _private;

    private DiffieHellmanKeyPair(BigInteger secret, DiffieHellmanPublicKey publicKey) =>
        (_private, PublicKey) = (secret, publicKey);

    /// <summary>The key to send to the peer.</summary>
    public DiffieHellmanPublicKey PublicKey { get; }

    /// <summary>Makes a pair over the 2048-bit group of RFC 3526, for the side that asks for the session.</summary>
    public static DiffieHellmanKeyPair Generate() =>
        TryGenerate(Prime2048, 2, RandomSecret(), out var pair) ? pair : throw new UnreachableException();

    /// <summary>
    /// Makes a pair over the peer's group, for the side that answers. False if the public number would be 0, 1 or p − 1
    /// and so reveal the secret.
    /// </summary>
    // One power of 320 bits is computed, whatever the peer sends. A test that p is prime would cost many times more. In
    // a proper group this single try practically never fails.
    public static bool TryGenerateFor(
        DiffieHellmanPublicKey peer,
        [NotNullWhen(true)] out DiffieHellmanKeyPair? pair
    ) => TryGenerate(peer.P, peer.G, RandomSecret(), out pair);

    /// <summary>The algorithm that the answering side chooses: AES from 2.4 on, DES for older peers.</summary>
    public static SessionKeyAlgorithm UsualAlgorithm(ProtocolVersion version) =>
        version.IsAtLeast(4) ? SessionKeyAlgorithm.Aes : SessionKeyAlgorithm.Des;

    /// <summary>
    /// The response of the answering side. From 2.4 on it is the key's algorithm, then the public key in the encoding
    /// of HS_PUBKEY. Before that it is the public key alone, and the algorithm is DES.
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

    /// <summary>Reads a response that <see cref="ToResponse"/> wrote; false if it is malformed.</summary>
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
    /// Computes the session key, which is the same on both sides. False if the peer uses another group, or the shared
    /// number is 0, 1 or p − 1. As in the reference implementation, the shared number is written as long as p. AES
    /// takes 32 bytes of it, after its leading zeros if enough bytes are left. DES and DESede take the first 8 and 24
    /// bytes, with odd parity. SM4 takes 16 bytes in the way of AES, which is a guess.
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
