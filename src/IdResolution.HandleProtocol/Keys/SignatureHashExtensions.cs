using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Keys.Sm;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>Names of hashes in proofs and credentials.</summary>
internal static class SignatureHashExtensions
{
    /// <summary>Reads a name in any of its spellings, in any case.</summary>
    public static SignatureHash ToSignatureHash(this ReadOnlySpan<byte> name)
    {
        foreach (
            var (spelling, hash) in (ReadOnlySpan<(string, SignatureHash)>)
                [
                    ("SHA-256", SignatureHash.Sha256),
                    ("SHA256", SignatureHash.Sha256),
                    ("SHA-1", SignatureHash.Sha1),
                    ("SHA1", SignatureHash.Sha1),
                    ("SM3", SignatureHash.Sm3),
                ]
        )
        {
            if (Ascii.EqualsIgnoreCase(name, spelling))
            {
                return hash;
            }
        }
        return SignatureHash.Unknown;
    }

    /// <summary>The spelling that the reference implementation writes.</summary>
    public static string ToWire(this SignatureHash hash) =>
        hash switch
        {
            SignatureHash.Sha1 => "SHA1",
            SignatureHash.Sha256 => "SHA-256",
            SignatureHash.Sm3 => "SM3",
            _ => throw new ArgumentOutOfRangeException(nameof(hash)),
        };

    /// <summary>The platform's name of the hash; false if the platform does not have the hash.</summary>
    public static bool TryPlatformName(this SignatureHash hash, out HashAlgorithmName name)
    {
        name = hash switch
        {
            SignatureHash.Sha1 => HashAlgorithmName.SHA1,
            SignatureHash.Sha256 => HashAlgorithmName.SHA256,
            _ => default,
        };
        return name.Name is not null;
    }

    /// <summary>Hashes data. The hash must be a known one.</summary>
    public static byte[] HashData(this SignatureHash hash, ReadOnlySpan<byte> data) =>
        hash.TryPlatformName(out var name) ? CryptographicOperations.HashData(name, data) : Sm3.HashData(data);

    /// <summary>
    /// The hash that keys of an algorithm sign with in a version: SHA-256 from 2.7 on, with DSA only from 2.11 on,
    /// SHA-1 before; always SM3 with SM2.
    /// </summary>
    public static SignatureHash UsualHash(this PublicKeyAlgorithm algorithm, ProtocolVersion version) =>
        algorithm switch
        {
            PublicKeyAlgorithm.Sm2 => SignatureHash.Sm3,
            PublicKeyAlgorithm.Dsa => version.IsAtLeast(11) ? SignatureHash.Sha256 : SignatureHash.Sha1,
            _ => version.IsAtLeast(7) ? SignatureHash.Sha256 : SignatureHash.Sha1,
        };
}
