using System.Security.Cryptography;
using IdResolution.HandleProtocol.Keys;

namespace IdResolution.Server.Tests.Handle;

/// <summary>A DSA key, which users of the reference may have and the node itself never makes.</summary>
internal sealed class DsaKeyPair : KeyPair
{
    private readonly DSA _dsa = DSA.Create(1_024);

    public DsaKeyPair()
    {
        var parameters = _dsa.ExportParameters(includePrivateParameters: false);
        Assert.That(
            DsaPublicKey.TryCreate(parameters.Q, parameters.P, parameters.G, parameters.Y, out var key),
            Is.True
        );
        PublicKey = key!;
    }

    public override PublicKey PublicKey { get; }

    public override string ToPem() => _dsa.ExportPkcs8PrivateKeyPem();

    public override byte[] Sign(SignatureHash hash, ReadOnlySpan<byte> data) =>
        _dsa.SignData(
            data.ToArray(),
            new HashAlgorithmName(hash.ToString().ToUpperInvariant()),
            DSASignatureFormat.Rfc3279DerSequence
        );

    protected override void Dispose(bool disposing)
    {
        _dsa.Dispose();
        base.Dispose(disposing);
    }
}
