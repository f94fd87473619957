using System.Numerics;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Keys;

namespace IdResolution.Server.Tests.Handle;

/// <summary>A DSA key, which users of the reference may have and the node itself never makes.</summary>
internal sealed class DsaKeyPair : KeyPair
{
    // The group takes long to find, and keys may share it.
    private static readonly Lazy<DSAParameters> s_group = new(() =>
    {
        using var made = DSA.Create(2_048);
        return made.ExportParameters(includePrivateParameters: false);
    });

    private readonly DSA _dsa;

    public DsaKeyPair(int bits = 2_048)
    {
        _dsa = bits == 2_048 ? DSA.Create(OfGroup(s_group.Value)) : DSA.Create(bits);
        var parameters = _dsa.ExportParameters(includePrivateParameters: false);
        Assert.That(
            DsaPublicKey.TryCreate(parameters.Q, parameters.P, parameters.G, parameters.Y, out var key),
            Is.True
        );
        PublicKey = key!;
    }

    public override PublicKey PublicKey { get; }

    private static DSAParameters OfGroup(DSAParameters group)
    {
        var x = RandomNumberGenerator.GetBytes(group.Q!.Length);
        x[0] = 0;
        var y = BigInteger.ModPow(Number(group.G!), Number(x), Number(group.P!));
        var bytes = y.ToByteArray(isUnsigned: true, isBigEndian: true);
        var padded = new byte[group.P!.Length];
        bytes.CopyTo(padded, padded.Length - bytes.Length);
        group.X = x;
        group.Y = padded;
        return group;
    }

    private static BigInteger Number(byte[] magnitude) => new(magnitude, isUnsigned: true, isBigEndian: true);

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
