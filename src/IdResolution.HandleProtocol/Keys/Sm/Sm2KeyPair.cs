using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math.EC.Multiplier;
using Org.BouncyCastle.Security;
using BigInteger = Org.BouncyCastle.Math.BigInteger;

namespace IdResolution.HandleProtocol.Keys.Sm;

/// <summary>
/// An SM2 key pair, for clients of Teleinfo's dialect and for tests. The library does not promise arithmetic in
/// constant time. So do not use it where strangers can ask for signatures and measure the time, as with a site's key.
/// </summary>
public sealed class Sm2KeyPair : KeyPair
{
    private readonly ECPrivateKeyParameters _key;
    private readonly Sm2PublicKey _publicKey;

    internal Sm2KeyPair(BigInteger secret)
    {
        _key = new ECPrivateKeyParameters(secret, Sm2PublicKey.Domain);
        _publicKey = new Sm2PublicKey(
            new FixedPointCombMultiplier().Multiply(Sm2PublicKey.Domain.G, secret).Normalize()
        );
    }

    /// <inheritdoc/>
    public override PublicKey PublicKey => _publicKey;

    /// <summary>Makes a random key pair.</summary>
    public static Sm2KeyPair Generate()
    {
        var generator = new ECKeyPairGenerator();
        generator.Init(new ECKeyGenerationParameters(Sm2PublicKey.Domain, new SecureRandom()));
        return new Sm2KeyPair(((ECPrivateKeyParameters)generator.GenerateKeyPair().Private).D);
    }

    /// <inheritdoc/>
    /// <remarks>Signs with <c>1234567812345678</c>, the usual identity of SM2.</remarks>
    public override byte[] Sign(SignatureHash hash, ReadOnlySpan<byte> data) =>
        Sign(hash, Sm2PublicKey.UsualIdentity, data);

    /// <summary>Signs with the identity of a signer, such as the user's handle.</summary>
    /// <exception cref="NotSupportedException">The hash is not SM3.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The identity is too long for SM2.</exception>
    public byte[] Sign(SignatureHash hash, string identity, ReadOnlySpan<byte> data) =>
        hash == SignatureHash.Sm3 ? Sign(identity, data, new SecureRandom()) : throw new NotSupportedException();

    /// <inheritdoc/>
    public override string ToPem()
    {
        var algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.IdECPublicKey, Sm2PublicKey.Domain.Name);
        var key = new ECPrivateKeyStructure(
            Sm2PublicKey.Domain.N.BitLength,
            _key.D,
            new DerBitString(_publicKey.ToPoint()),
            parameters: null
        );
        return PemEncoding.WriteString("PRIVATE KEY", new PrivateKeyInfo(algorithm, key).GetDerEncoded());
    }

    /// <summary>
    /// Signs. <paramref name="random"/> yields fixed numbers only in tests with the standard's examples.
    /// </summary>
    internal byte[] Sign(string identity, ReadOnlySpan<byte> data, SecureRandom random)
    {
        if (!Sm2PublicKey.TryIdentity(identity, out var id))
        {
            throw new ArgumentOutOfRangeException(nameof(identity));
        }
        var signer = new SM2Signer();
        signer.Init(forSigning: true, new ParametersWithID(new ParametersWithRandom(_key, random), id));
        signer.BlockUpdate(data);
        return signer.GenerateSignature();
    }

    /// <summary>
    /// Reads PKCS#8 PEM text (RFC 5958) with a key of RFC 5915; false if it is none, or the key is on another curve.
    /// </summary>
    internal static bool TryRead(string pem, [NotNullWhen(true)] out KeyPair? pair)
    {
        try
        {
            pair = PublicKeyPem.TryDecode(pem, "PRIVATE KEY", out var der) ? Read(der) : null;
        }
        catch (AsnContentException)
        {
            // The reader has no way but the exception to refuse a text.
            pair = null;
        }
        return pair is not null;
    }

    private static Sm2KeyPair? Read(ReadOnlyMemory<byte> der)
    {
        var info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        info.ReadInteger();
        var algorithm = info.ReadSequence();
        if (!Sm2PublicKey.IsAlgorithm(algorithm.ReadObjectIdentifier(), algorithm))
        {
            return null;
        }
        var key = new AsnReader(info.ReadOctetString(), AsnEncodingRules.DER).ReadSequence();
        key.ReadInteger();
        var secret = new BigInteger(1, key.ReadOctetString());
        return secret.SignValue > 0 && secret.CompareTo(Sm2PublicKey.Domain.N.Subtract(BigInteger.One)) < 0
            ? new Sm2KeyPair(secret)
            : null;
    }
}
