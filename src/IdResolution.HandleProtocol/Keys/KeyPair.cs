using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Keys.Sm;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>A private key and its public key: a site's, or a user's. May be used by several threads at once.</summary>
public abstract class KeyPair : IDisposable
{
    /// <summary>The public key.</summary>
    public abstract PublicKey PublicKey { get; }

    /// <summary>Makes an RSA key pair.</summary>
    /// <param name="bits">2048 to 8192.</param>
    public static KeyPair Generate(int bits = 2048)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 2048);
        return new RsaKeyPair(RSA.Create(bits));
    }

    /// <summary>
    /// Reads PEM text of a private key of RSA (PKCS#8, PKCS#1) or SM2 (PKCS#8), not encrypted; false for anything else.
    /// </summary>
    public static bool TryFromPem(string pem, [NotNullWhen(true)] out KeyPair? pair) =>
        Sm2KeyPair.TryRead(pem, out pair) || RsaKeyPair.TryRead(pem, out pair);

    /// <summary>The private key as PKCS#8 PEM, not encrypted: keep it where only the service reads it.</summary>
    public abstract string ToPem();

    /// <summary>Signs.</summary>
    /// <exception cref="NotSupportedException">The key does not sign with this hash.</exception>
    public abstract byte[] Sign(SignatureHash hash, ReadOnlySpan<byte> data);

    /// <summary>What the key signs with in a version.</summary>
    public SignatureHash UsualHash(ProtocolVersion version) => PublicKey.Algorithm.UsualHash(version);

    /// <summary>
    /// Decrypts what was encrypted for the key; where it cannot, the bytes are random, in no less time, so that nobody
    /// learns which.
    /// </summary>
    /// <exception cref="NotSupportedException">The key does not decrypt.</exception>
    internal virtual byte[] Decrypt(ReadOnlySpan<byte> encrypted) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the key.</summary>
    protected virtual void Dispose(bool disposing) { }
}
