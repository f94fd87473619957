using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Keys.Sm;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>A private key with its public key, of a site or a user. Several threads may use it at once.</summary>
public abstract class KeyPair : IDisposable
{
    /// <summary>The public half, which may be shown to anybody.</summary>
    public abstract PublicKey PublicKey { get; }

    /// <summary>Makes an RSA key pair.</summary>
    /// <param name="bits">2048 to 8192.</param>
    public static KeyPair Generate(int bits = 2048)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 2048);
        return new RsaKeyPair(RSA.Create(bits));
    }

    /// <summary>
    /// Reads PEM text of an unencrypted private key: RSA (PKCS#8, PKCS#1) or SM2 (PKCS#8); false for other text.
    /// </summary>
    public static bool TryFromPem(string pem, [NotNullWhen(true)] out KeyPair? pair) =>
        Sm2KeyPair.TryRead(pem, out pair) || RsaKeyPair.TryRead(pem, out pair);

    /// <summary>The private key as unencrypted PKCS#8 PEM. Keep it where only the service can read it.</summary>
    public abstract string ToPem();

    /// <summary>Signs the data; the encoding of the signature depends on the kind of key.</summary>
    /// <exception cref="NotSupportedException">The key does not sign with this hash.</exception>
    public abstract byte[] Sign(SignatureHash hash, ReadOnlySpan<byte> data);

    /// <summary>The hash that the key signs with in a protocol version.</summary>
    public SignatureHash UsualHash(ProtocolVersion version) => PublicKey.Algorithm.UsualHash(version);

    /// <summary>
    /// Decrypts bytes that were encrypted for the key. Bytes that cannot be decrypted give random bytes in the same
    /// time, so that a peer cannot tell the two cases apart.
    /// </summary>
    /// <exception cref="NotSupportedException">The key does not decrypt.</exception>
    internal virtual byte[] Decrypt(ReadOnlySpan<byte> encrypted) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the private key.</summary>
    protected virtual void Dispose(bool disposing) { }
}
