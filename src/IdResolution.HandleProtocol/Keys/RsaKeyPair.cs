using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>
/// An RSA key pair. The platform's RSA objects make a context for each operation, so threads can share one.
/// </summary>
internal sealed class RsaKeyPair : KeyPair
{
    private const int SessionKeyLength = 36;

    private readonly RSA _rsa;
    private readonly RsaPublicKey _publicKey;
    private readonly byte[] _readable;
    private readonly byte[] _unreadable;

    public RsaKeyPair(RSA rsa)
    {
        _rsa = rsa;
        var numbers = rsa.ExportParameters(includePrivateParameters: false);
        _publicKey = RsaPublicKey.TryCreate(numbers.Modulus, numbers.Exponent, out var key)
            ? key
            : throw new CryptographicException("The RSA key is out of bounds.");
        _readable = _publicKey.Encrypt(new byte[SessionKeyLength]);
        _unreadable = new byte[_publicKey.Modulus.Length];
        _unreadable[^1] = 1;
    }

    public override PublicKey PublicKey => _publicKey;

    public static bool TryRead(string pem, [NotNullWhen(true)] out KeyPair? pair)
    {
        pair = null;
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            pair = new RsaKeyPair(rsa);
            // A text with only a public key can be imported too, but it cannot sign.
            _ = pair.Sign(SignatureHash.Sha256, []);
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            rsa.Dispose();
            pair = null;
            return false;
        }
    }

    public override string ToPem() => _rsa.ExportPkcs8PrivateKeyPem();

    public override byte[] Sign(SignatureHash hash, ReadOnlySpan<byte> data) =>
        hash.TryPlatformName(out var name)
            ? _rsa.SignData(data, name, RSASignaturePadding.Pkcs1)
            : throw new NotSupportedException();

    internal override byte[] Decrypt(ReadOnlySpan<byte> encrypted)
    {
        // If an attacker can tell good padding from bad, even by the time that an exception takes, he can decrypt what
        // others sent (Bleichenbacher). So each call decrypts one text with good padding and one with bad padding.
        if (TryDecrypt(encrypted, out var clear))
        {
            TryDecrypt(_unreadable, out _);
            return clear;
        }
        TryDecrypt(_readable, out _);
        return RandomNumberGenerator.GetBytes(SessionKeyLength);
    }

    protected override void Dispose(bool disposing)
    {
        _rsa.Dispose();
        base.Dispose(disposing);
    }

    private bool TryDecrypt(ReadOnlySpan<byte> encrypted, [NotNullWhen(true)] out byte[]? clear)
    {
        try
        {
            clear = _rsa.Decrypt(encrypted, RSAEncryptionPadding.Pkcs1);
            return true;
        }
        catch (CryptographicException)
        {
            clear = null;
            return false;
        }
    }
}
