using System.Security.Cryptography;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// The digest of a request's header and body (RFC 3652 §2.2.3). A response repeats it, and the answer to a challenge is
/// made over it.
/// </summary>
public static class RequestDigest
{
    /// <summary>
    /// The digest with the algorithm of a version: SHA-256 from 2.7 on, SHA-1 from 2.1 on, MD5 in the old form before.
    /// </summary>
    /// <param name="content">Header and body as they were sent.</param>
    /// <param name="version">The version that the response is written in.</param>
    public static DigestField Of(ReadOnlySpan<byte> content, ProtocolVersion version)
    {
        var beforeSha256 = version.IsAtLeast(1) ? DigestField.Sha1 : DigestField.OldMd5;
        var algorithm = version.IsAtLeast(7) ? DigestField.Sha256 : beforeSha256;
        return new DigestField(algorithm, Hash(algorithm, content));
    }

    /// <summary>Tells whether a digest belongs to a request; false also if its algorithm is not known.</summary>
    public static bool Matches(DigestField digest, ReadOnlySpan<byte> content) =>
        DigestField.LengthOf(digest.Algorithm) != 0
        && CryptographicOperations.FixedTimeEquals(Hash(digest.Algorithm, content), digest.Digest.Span);

    private static byte[] Hash(byte algorithm, ReadOnlySpan<byte> content) =>
        CryptographicOperations.HashData(
            algorithm switch
            {
                DigestField.Sha256 => HashAlgorithmName.SHA256,
                DigestField.Sha1 => HashAlgorithmName.SHA1,
                _ => HashAlgorithmName.MD5,
            },
            content
        );
}
