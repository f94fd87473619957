using System.Globalization;
using System.Numerics;
using System.Text;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Security.Sm;

namespace IdResolution.HandleProtocol.Tests.Security.Sm;

[TestFixture]
public sealed class Sm2Tests
{
    /// <summary>Made with OpenSSL 3.0, <c>genpkey -algorithm SM2</c>.</summary>
    private const string PrivatePem = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQgkGi+JdK5NJBiLhww
        YP7D5MDLR6B4rpf/yFZ3JWjgHf6hRANCAARCzKRtntMVvrkKDU3fzw669yb+giEU
        9MCCYbli+ZQUBQsS/7/ODtCqyT8ME+NLsErnsalWKBNVvemkdru0JMLM
        -----END PRIVATE KEY-----
        """;

    private const string PublicPem = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEQsykbZ7TFb65Cg1N388Ouvcm/oIh
        FPTAgmG5YvmUFAULEv+/zg7Qqsk/DBPjS7BK57GpVigTVb3ppHa7tCTCzA==
        -----END PUBLIC KEY-----
        """;

    private const string User = "88.300.1/USER";

    // The example of GB/T 32918.5-2017 appendix A.2.
    private static readonly BigInteger Secret = Number("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8");
    private static readonly BigInteger X = Number("09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020");
    private static readonly BigInteger Y = Number("CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13");

    private static readonly byte[] Signature = Hex.Of("""
        3046 022100 F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
             022100 B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
        """);

    /// <summary>Made with OpenSSL 3.0, <c>pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:…</c>, over <see cref="Keys.Signed"/>.</summary>
    private static readonly byte[] SignedByUser = Hex.Of(
        "304502200640bc27051f2ed23611162eb219b246e4a73dc0f8003ce4509886c0e813a4c9022100d8f3a3ef15f8e36e789870e2570f8c4bd033a8fe9cc801dcba0f6e622a5ddf43");

    private static readonly byte[] SignedByUsualIdentity = Hex.Of(
        "304402203a8fe195427fe039ca5efc619b311604593c1d4b92eb483e0282db945012168a022045086e510e60aef32b8ad7ec6db7309ef1bee466e7b47d68712885a90d6654da");

    private static Sm2PublicKey Key => PublicKey.TryRead(Encoding.ASCII.GetBytes(PublicPem), out var key) ? (Sm2PublicKey)key : throw new AssertionException("no key");

    [Test]
    public void MultiplyAdd_SecretOfTheStandard_IsItsPublicKey() => Assert.That(Sm2Curve.G.MultiplyAdd(Secret, Sm2Point.Infinity, 0).ToAffine(), Is.EqualTo((X, Y)));

    [Test]
    public void MultiplyBase_AnySecret_IsWhatMultiplyAddSays()
    {
        Assert.That(Sm2Point.MultiplyBase(Secret).ToAffine(), Is.EqualTo((X, Y)));
        foreach (var secret in new[] { BigInteger.One, 2, 3, BigInteger.One << 200, Sm2Curve.N - 2, Sm2Curve.N - 1, Sm2Signature.RandomNumber() })
        {
            Assert.That(Sm2Point.MultiplyBase(secret).ToAffine(), Is.EqualTo(Sm2Curve.G.MultiplyAdd(secret, Sm2Point.Infinity, 0).ToAffine()));
        }
    }

    [Test]
    public void MultiplyAdd_Order_IsInfinity()
    {
        Assert.That(Sm2Curve.Contains(Sm2Curve.G.X.ToNumber(), Sm2Curve.G.Y.ToNumber()), Is.True);
        Assert.That(Sm2Curve.G.MultiplyAdd(Sm2Curve.N, Sm2Point.Infinity, 0).IsInfinity, Is.True);
        Assert.That(Sm2Curve.G.MultiplyAdd(Sm2Curve.N - 1, Sm2Curve.G, 1).IsInfinity, Is.True);
        Assert.That(Sm2Curve.G.MultiplyAdd(Sm2Curve.N - 1, Sm2Curve.G, 3).ToAffine(), Is.EqualTo(Sm2Curve.G.Double().ToAffine()));
    }

    [Test]
    public void TryIdentityHash_ExampleOfTheStandard_IsItsHash()
    {
        Assert.That(Sm2Signature.TryIdentityHash(X, Y, "1234567812345678", out var hash), Is.True);
        Assert.That(hash, Is.EqualTo(Hex.Of("B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3")));
    }

    [Test]
    public void Sign_ExampleOfTheStandard_IsItsSignature()
    {
        var random = Number("59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21");

        Assert.That(Sm2Signature.Sign(Secret, X, Y, "1234567812345678", "message digest"u8, random), Is.EqualTo(Signature));
        Assert.That(Sm2Signature.Verify(X, Y, "1234567812345678", "message digest"u8, Signature), Is.True);
    }

    [Test]
    public void Verify_SignatureOfOpenSsl_IsRightForItsIdentityAlone()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Key.Verify(SignatureHash.Sm3, User, Keys.Signed, SignedByUser), Is.EqualTo(ProofResult.Right));
            Assert.That(Key.Verify(SignatureHash.Sm3, Keys.Signed, SignedByUsualIdentity), Is.EqualTo(ProofResult.Right));
            Assert.That(Key.Verify(SignatureHash.Sm3, Keys.Signed, SignedByUser), Is.EqualTo(ProofResult.Wrong));
            Assert.That(Key.Verify(SignatureHash.Sm3, User, Keys.Signed, SignedByUsualIdentity), Is.EqualTo(ProofResult.Wrong));
            Assert.That(Key.Verify(SignatureHash.Sha256, Keys.Signed, SignedByUser), Is.EqualTo(ProofResult.Unsupported));
            Assert.That(Key.Verify(SignatureHash.Sm3, new string('a', 8_192), Keys.Signed, SignedByUser), Is.EqualTo(ProofResult.Wrong));
        });
    }

    [Test]
    public void Verify_SignatureChangedOrOutOfRange_IsWrong()
    {
        bool IsRight(byte[] bytes) => Key.Verify(SignatureHash.Sm3, User, Keys.Signed, bytes) == ProofResult.Right;

        Properties.AssertPrefixesRefused(SignedByUser, IsRight);
        Properties.AssertEachBitMatters(SignedByUser, IsRight);
        foreach (var number in new[] { "020100", "0201FF", "022100FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123" })
        {
            byte[] both = [.. Hex.Of(number), .. Hex.Of(number)];
            Assert.That(IsRight([0x30, (byte)both.Length, .. both]), Is.False);
        }
    }

    [Test]
    public void TryFromPem_KeyOfOpenSsl_SignsForItsPublicKey()
    {
        Assert.That(KeyPair.TryFromPem(PrivatePem, out var pair), Is.True);
        using (pair)
        {
            Assert.That(pair!.PublicKey, Is.EqualTo(Key));
            Assert.That(Key.Verify(SignatureHash.Sm3, Keys.Signed, pair.Sign(SignatureHash.Sm3, Keys.Signed)), Is.EqualTo(ProofResult.Right));
            Assert.That(KeyPair.TryFromPem(pair.ToPem(), out var again), Is.True);
            Assert.That(again!.PublicKey, Is.EqualTo(Key));
            Assert.That(() => pair.Sign(SignatureHash.Sha256, Keys.Signed), Throws.InstanceOf<NotSupportedException>());
        }
    }

    [Test]
    public void TryRead_FramedAndBarePem_AreTheSameKey()
    {
        Assert.That(Key.ToPem(), Is.EqualTo(PublicPem.ReplaceLineEndings("\n")));
        Assert.That(Key.ToData()[..21], Is.EqualTo(Hex.Of("0000000b 534d325f5055425f4b4559 0000 000000b1")));
        Assert.That(PublicKey.TryRead(Key.ToData(), out var read), Is.True);
        Assert.That(read, Is.EqualTo(Key));
        Properties.AssertPrefixesRefused(Key.ToData(), bytes => PublicKey.TryRead(bytes, out _));
        Properties.AssertNeverThrows(Key.ToData(), bytes => PublicKey.TryRead(bytes, out _));
    }

    [Test]
    public void TryCreate_PointOffTheCurve_IsRefused()
    {
        var point = Key.ToPoint();
        Assert.That(Sm2PublicKey.TryCreate(point, out _), Is.True);
        point[^1] ^= 1;
        Assert.That(Sm2PublicKey.TryCreate(point, out _), Is.False);
        Assert.That(Sm2PublicKey.TryCreate([4, .. Sm2Curve.Bytes(Sm2Curve.P), .. new byte[32]], out _), Is.False);
        Assert.That(Sm2PublicKey.TryCreate(new byte[65], out _), Is.False);
        Assert.That(Sm2PublicKey.TryCreate([], out _), Is.False);
    }

    /// <summary>As Teleinfo's client: SM2 over the SM3 of nonce and digest, the user's handle as identity.</summary>
    [Test]
    public void Verify_ProofMade_IsRightForItsUserNonceAndDigestAlone()
    {
        using var pair = Sm2KeyPair.Generate();
        var key = (Sm2PublicKey)pair.PublicKey;
        var proof = PublicKeyProof.Make(pair, "nonce "u8, "and digest"u8, ProtocolVersion.Current, User);
        var hash = Sm3.HashData(Keys.Signed);

        Assert.Multiple(() =>
        {
            Assert.That(proof[..7], Is.EqualTo(Hex.Of("00000003 534d33")));
            Assert.That(key.Verify(SignatureHash.Sm3, User, hash, proof.AsSpan(11)), Is.EqualTo(ProofResult.Right));
            Assert.That(PublicKeyProof.Verify(proof, key, "nonce "u8, "and digest"u8, User), Is.EqualTo(ProofResult.Right));
            Assert.That(PublicKeyProof.Verify("SM3", proof.AsSpan(11), key, "nonce "u8, "and digest"u8, User), Is.EqualTo(ProofResult.Right));
            Assert.That(PublicKeyProof.Verify(proof, key, "nonce "u8, "and digest"u8, "88.300.1/OTHER"), Is.EqualTo(ProofResult.Wrong));
            Assert.That(PublicKeyProof.Verify(proof, key, "nonce "u8, "and Digest"u8, User), Is.EqualTo(ProofResult.Wrong));
            Assert.That(PublicKeyProof.Verify(proof, Key, "nonce "u8, "and digest"u8, User), Is.EqualTo(ProofResult.Wrong));
            Assert.That(PublicKeyProof.Verify(proof, Keys.Pair.PublicKey, "nonce "u8, "and digest"u8, User), Is.EqualTo(ProofResult.Unsupported));
        });
    }

    private static BigInteger Number(string hex) => BigInteger.Parse("0" + hex, NumberStyles.HexNumber);
}
