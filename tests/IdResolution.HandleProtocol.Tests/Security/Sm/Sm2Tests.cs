using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck.Fluent;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Keys.Sm;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using BigInteger = Org.BouncyCastle.Math.BigInteger;

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
    private const string Secret = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8";
    private const string X = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020";
    private const string Y = "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13";

    // The curve of GB/T 32918.5-2017.
    private const string P = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF";
    private const string A = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC";
    private const string B = "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93";
    private const string N = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123";
    private const string Gx = "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7";
    private const string Gy = "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0";

    private static readonly byte[] Signature = Hex.Of(
        """
        3046 022100 F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
             022100 B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
        """
    );

    /// <summary>
    /// Made with OpenSSL 3.0, <c>pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:…</c>, over
    /// <see cref="Keys.Signed"/>.
    /// </summary>
    private static readonly byte[] SignedByUser = Hex.Of(
        "304502200640bc27051f2ed23611162eb219b246e4a73dc0f8003ce4509886c0e813a4c9022100d8f3a3ef15f8e36e789870e2570f8c4bd033a8fe9cc801dcba0f6e622a5ddf43"
    );

    private static readonly byte[] SignedByUsualIdentity = Hex.Of(
        "304402203a8fe195427fe039ca5efc619b311604593c1d4b92eb483e0282db945012168a022045086e510e60aef32b8ad7ec6db7309ef1bee466e7b47d68712885a90d6654da"
    );

    private static byte[] PrivateDer =>
        Convert.FromBase64String(string.Concat(PrivatePem.ReplaceLineEndings("\n").Split('\n')[1..^1]));

    private static Sm2PublicKey Key =>
        PublicKey.TryRead(Encoding.ASCII.GetBytes(PublicPem), out var key)
            ? (Sm2PublicKey)key
            : throw new AssertionException("no key");

    [Test]
    public void Domain_Curve_IsThatOfTheStandard()
    {
        var domain = Sm2PublicKey.Domain;

        Assert.That(
            new[]
            {
                domain.Curve.Field.Characteristic,
                domain.Curve.A.ToBigInteger(),
                domain.Curve.B.ToBigInteger(),
                domain.N,
                domain.G.AffineXCoord.ToBigInteger(),
                domain.G.AffineYCoord.ToBigInteger(),
            },
            Is.EqualTo(new[] { P, A, B, N, Gx, Gy }.Select(Number))
        );
        Assert.That(domain.Name.Id, Is.EqualTo("1.2.156.10197.1.301"));
    }

    [Test]
    public void PublicKey_SecretOfTheStandard_IsItsPoint()
    {
        using var pair = new Sm2KeyPair(Number(Secret));

        Assert.That(((Sm2PublicKey)pair.PublicKey).ToPoint(), Is.EqualTo(Hex.Of("04" + X + Y)));
    }

    /// <summary>
    /// CAICT's ID-SDK leaves out zeros in front of X and Y. The signature is made here by the formulas of GB/T 32918.2.
    /// </summary>
    [Test]
    public void Verify_SignatureOfAKeyWithZerosInFront_IsRightByTheStandardAndAsTheSdkHashesIt()
    {
        using var pair = WithZerosInFront();
        var point = ((Sm2PublicKey)pair.PublicKey).ToPoint();
        byte[] id = [0, 128, .. "1234567812345678"u8];
        byte[] Short(byte[] number) => number[Array.FindIndex(number, b => b != 0)..];
        byte[] Z(byte[] x, byte[] y) => Sm3.HashData([.. id, .. Hex.Of(A + B + Gx + Gy), .. x, .. y]);
        var (x, y) = (point[1..33], point[33..]);

        var ofTheSdk = Sign(pair, Z(Short(x), Short(y)), "data"u8.ToArray());
        var ofTheStandard = Sign(pair, Z(x, y), "data"u8.ToArray());
        var ofNeither = Sign(pair, Z(x[1..], y[1..]), "data"u8.ToArray());

        Assert.That(
            new[] { ofTheSdk, ofTheStandard, pair.Sign(SignatureHash.Sm3, "data"u8), ofNeither }.Select(signature =>
                pair.PublicKey.Verify(SignatureHash.Sm3, "data"u8, signature)
            ),
            Is.EqualTo([
                ProofResult.Right,
                ProofResult.Right,
                ProofResult.Right,
                x[0] == 0 && y[0] == 0 ? ProofResult.Right : ProofResult.Wrong,
            ])
        );
    }

    [Test]
    public void JsonWebSignature_SignedByCaictsSdk_IsVerified()
    {
        using var pair = Sm2KeyPair.Generate();
        var value = new HandleValue
        {
            Index = 1,
            Type = "URL",
            Data = "u"u8.ToArray(),
        };
        var digest = Convert.ToBase64String(ValueDigest.Of(value, SignatureHash.Sm3).Digest.Span);
        var payload =
            $$$"""{"iss":"300:88.300.1/USER","sub":"88.300.1/A","iat":1,"nbf":1,"exp":9999999999,"digests":{"alg":"SM3","digests":[{"index":1,"digest":"{{{digest}}}"}]}}""";
        var signed =
            Base64Url.EncodeToString("""{"alg":"SM2SM3"}"""u8)
            + "."
            + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        var text =
            signed + "." + Base64Url.EncodeToString(pair.Sign(SignatureHash.Sm3, Encoding.ASCII.GetBytes(signed)));

        HandleSignatureResult Verify(HandleValue seen, PublicKey key) =>
            HandleSignature.Verify(text, key, "88.300.1/A", [seen], DateTimeOffset.UnixEpoch.AddDays(1));

        var right = Verify(value, pair.PublicKey);
        Assert.That(
            (right.Signature, right.IsOfHandle, right.IsInTime, right.Values[1]),
            Is.EqualTo((ProofResult.Right, true, true, SignedValueState.Unchanged))
        );
        Assert.That(
            Verify(value with { Data = "v"u8.ToArray() }, pair.PublicKey).Values[1],
            Is.EqualTo(SignedValueState.Changed)
        );
        Assert.That(Verify(value, Key).Signature, Is.EqualTo(ProofResult.Wrong));
    }

    [Test]
    public void JsonWebKey_OfSm2_IsReadWithAndWithoutZerosInFront()
    {
        using var pair = WithZerosInFront();
        var key = (Sm2PublicKey)pair.PublicKey;
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            Assert.That(JsonWebKey.TryWrite(writer, key), Is.True);
        }
        var point = key.ToPoint();
        string Number(byte[] number) => Base64Url.EncodeToString(number.SkipWhile(b => b == 0).ToArray());
        var shorter = $$"""{"kty":"SM2","x":"{{Number(point[1..33])}}","y":"{{Number(point[33..])}}"}""";

        foreach (var text in new[] { Encoding.UTF8.GetString(output.ToArray()), shorter })
        {
            using var document = JsonDocument.Parse(text);
            Assert.That(JsonWebKey.TryRead(document.RootElement, out var read) && read.Equals(key), Is.True, text);
        }
        foreach (var wrong in new[] { new string('A', 44) + "AQ", "AQ" })
        {
            using var document = JsonDocument.Parse($$"""{"kty":"SM2","x":"{{wrong}}","y":"AQ"}""");
            Assert.That(JsonWebKey.TryRead(document.RootElement, out _), Is.False, "not on the curve");
        }
    }

    private static Sm2KeyPair WithZerosInFront()
    {
        // About one in 128; the numbers from 1 on are as good as random ones.
        for (var secret = 1; ; secret++)
        {
            var pair = new Sm2KeyPair(BigInteger.ValueOf(secret));
            var point = ((Sm2PublicKey)pair.PublicKey).ToPoint();
            if (point[1] == 0 || point[33] == 0)
            {
                return pair;
            }
            pair.Dispose();
        }
    }

    /// <summary>GB/T 32918.2 §6.1, with the hash Z of signer and key as given.</summary>
    private static byte[] Sign(Sm2KeyPair pair, byte[] z, byte[] data)
    {
        var n = Sm2PublicKey.Domain.N;
        var secret = BigInteger.One;
        while (!new Sm2KeyPair(secret).PublicKey.Equals(pair.PublicKey))
        {
            secret = secret.Add(BigInteger.One);
        }
        var k = Number("59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21");
        var e = new BigInteger(1, Sm3.HashData(z, data));
        var x1 = Sm2PublicKey.Domain.G.Multiply(k).Normalize().AffineXCoord.ToBigInteger();
        var r = e.Add(x1).Mod(n);
        var s = secret.Add(BigInteger.One).ModInverse(n).Multiply(k.Subtract(r.Multiply(secret))).Mod(n);
        return StandardDsaEncoding.Instance.Encode(n, r, s);
    }

    /// <summary>Z of the standard's example, the hash of the signer's identity, the curve and the key.</summary>
    [Test]
    public void HashData_IdentityOfTheStandard_IsItsHash() =>
        Assert.That(
            Sm3.HashData([0, 128, .. "1234567812345678"u8, .. Hex.Of(A + B + Gx + Gy + X + Y)]),
            Is.EqualTo(Hex.Of("B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3"))
        );

    [Test]
    public void Sign_ExampleOfTheStandard_IsItsSignature()
    {
        using var pair = new Sm2KeyPair(Number(Secret));
        var random = new SecureRandom(
            new KnownRandom(Hex.Of("59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21"))
        );

        Assert.That(pair.Sign("1234567812345678", "message digest"u8, random), Is.EqualTo(Signature));
        Assert.That(
            pair.PublicKey.Verify(SignatureHash.Sm3, "message digest"u8, Signature),
            Is.EqualTo(ProofResult.Right)
        );
    }

    [Test]
    public void Verify_SignatureOfOpenSsl_IsRightForItsIdentityAlone()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Key.Verify(SignatureHash.Sm3, User, Keys.Signed, SignedByUser), Is.EqualTo(ProofResult.Right));
            Assert.That(
                Key.Verify(SignatureHash.Sm3, Keys.Signed, SignedByUsualIdentity),
                Is.EqualTo(ProofResult.Right)
            );
            Assert.That(Key.Verify(SignatureHash.Sm3, Keys.Signed, SignedByUser), Is.EqualTo(ProofResult.Wrong));
            Assert.That(
                Key.Verify(SignatureHash.Sm3, User, Keys.Signed, SignedByUsualIdentity),
                Is.EqualTo(ProofResult.Wrong)
            );
            Assert.That(
                Key.Verify(SignatureHash.Sha256, Keys.Signed, SignedByUser),
                Is.EqualTo(ProofResult.Unsupported)
            );
            Assert.That(
                Key.Verify(SignatureHash.Sm3, new string('a', 8_192), Keys.Signed, SignedByUser),
                Is.EqualTo(ProofResult.Wrong)
            );
        });
    }

    [Test]
    public void Verify_SignatureChangedOrOutOfRange_IsWrong()
    {
        bool IsRight(byte[] bytes) => Key.Verify(SignatureHash.Sm3, User, Keys.Signed, bytes) == ProofResult.Right;

        Properties.AssertPrefixesRefused(SignedByUser, IsRight);
        Properties.AssertEachBitMatters(SignedByUser, IsRight);
        foreach (var number in new[] { "020100", "0201FF", "022100" + N })
        {
            byte[] both = [.. Hex.Of(number), .. Hex.Of(number)];
            Assert.That(IsRight([0x30, (byte)both.Length, .. both]), Is.False);
        }
    }

    [Test]
    public void Verify_SignatureWrittenAnotherWay_IsWrong()
    {
        var numbers = SignedByUsualIdentity[2..];
        var (r, s) = (numbers[..34], numbers[34..]);
        byte[] padded = [0x02, 0x21, 0x00, .. r[2..]];

        ProofResult Of(params byte[] bytes) => Key.Verify(SignatureHash.Sm3, Keys.Signed, bytes);

        Assert.Multiple(() =>
        {
            Assert.That(Of([0x30, 0x44, .. r, .. s]), Is.EqualTo(ProofResult.Right));
            Assert.That(Of([0x30, 0x81, 0x44, .. r, .. s]), Is.EqualTo(ProofResult.Wrong), "a length in two bytes");
            Assert.That(Of([0x30, 0x80, .. r, .. s, 0, 0]), Is.EqualTo(ProofResult.Wrong), "without a length");
            Assert.That(Of([0x30, 0x45, .. padded, .. s]), Is.EqualTo(ProofResult.Wrong), "a zero in front");
            Assert.That(Of([0x30, 0x44, .. r, .. s, 0]), Is.EqualTo(ProofResult.Wrong), "a byte behind");
            Assert.That(Of([0x30, 0x45, .. r, .. s, 0]), Is.EqualTo(ProofResult.Wrong), "a byte behind the numbers");
            Assert.That(Of([0x30, 0x47, .. r, .. s, 0x02, 0x01, 0x01]), Is.EqualTo(ProofResult.Wrong), "three numbers");
            Assert.That(Of([0x31, 0x44, .. r, .. s]), Is.EqualTo(ProofResult.Wrong), "a set");
            Assert.That(Of([0x30, 0x44, .. s, .. r]), Is.EqualTo(ProofResult.Wrong), "turned round");
            Assert.That(Of([.. r, .. s]), Is.EqualTo(ProofResult.Wrong), "numbers alone");
            Assert.That(Of(new byte[1_000_000]), Is.EqualTo(ProofResult.Wrong), "far too long");
        });
    }

    /// <summary>Hostile bytes do not throw, wherever they go: the library throws of many kinds.</summary>
    [Test]
    public void Readers_HostileBytes_NeverThrow()
    {
        var point = Key.ToPoint();
        using var pair = Sm2KeyPair.Generate();

        Properties.AssertNeverThrows(SignedByUser, bytes => Key.Verify(SignatureHash.Sm3, User, Keys.Signed, bytes));
        Properties.AssertNeverThrows(point, bytes => Sm2PublicKey.TryCreate(bytes, out _));
        Properties.ForAll(
            Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(64),
            bytes => Sm2PublicKey.TryCreate([4, .. bytes], out _)
        );
        Properties.AssertNeverThrows(PrivateDer, bytes => KeyPair.TryFromPem(Pem(bytes), out _));
        Properties.AssertNeverThrows(
            PublicKeyProof.Make(pair, Keys.Signed, [], ProtocolVersion.Current, User),
            bytes => PublicKeyProof.Verify(bytes, pair.PublicKey, Keys.Signed, [], User)
        );
    }

    /// <summary>A secret is 1 to n − 2.</summary>
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000", false)]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000001", true)]
    [TestCase("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54121", true)]
    [TestCase("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122", false)]
    [TestCase("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123", false)]
    [TestCase("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", false)]
    public void TryFromPem_Secret_IsTakenWhereItIsOne(string secret, bool isTaken)
    {
        var der = PrivateDer;
        var at = der.AsSpan().IndexOf(Hex.Of("9068BE25"));
        Hex.Of(secret).CopyTo(der.AsSpan(at));

        Assert.That(KeyPair.TryFromPem(Pem(der), out var pair), Is.EqualTo(isTaken));
        pair?.Dispose();
    }

    [Test]
    public void Sign_IdentityLongerThanItsLengthCanSay_IsRefused()
    {
        using var pair = Sm2KeyPair.Generate();
        var longest = new string('a', 8_191);

        Assert.That(
            ((Sm2PublicKey)pair.PublicKey).Verify(
                SignatureHash.Sm3,
                longest,
                [],
                pair.Sign(SignatureHash.Sm3, longest, [])
            ),
            Is.EqualTo(ProofResult.Right)
        );
        Assert.That(
            () => pair.Sign(SignatureHash.Sm3, longest + "a", []),
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );
    }

    [Test]
    public void TryFromPem_KeyOfOpenSsl_SignsForItsPublicKey()
    {
        Assert.That(KeyPair.TryFromPem(PrivatePem, out var pair), Is.True);
        using (pair)
        {
            Assert.That(pair!.PublicKey, Is.EqualTo(Key));
            Assert.That(pair.ToPem(), Is.EqualTo(PrivatePem.ReplaceLineEndings("\n")));
            Assert.That(
                Key.Verify(SignatureHash.Sm3, Keys.Signed, pair.Sign(SignatureHash.Sm3, Keys.Signed)),
                Is.EqualTo(ProofResult.Right)
            );
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
        Assert.That(Sm2PublicKey.TryCreate([4, .. Hex.Of(P), .. new byte[32]], out _), Is.False);
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
            Assert.That(
                PublicKeyProof.Verify(proof, key, "nonce "u8, "and digest"u8, User),
                Is.EqualTo(ProofResult.Right)
            );
            Assert.That(
                PublicKeyProof.Verify("SM3", proof.AsSpan(11), key, "nonce "u8, "and digest"u8, User),
                Is.EqualTo(ProofResult.Right)
            );
            Assert.That(
                PublicKeyProof.Verify(proof, key, "nonce "u8, "and digest"u8, "88.300.1/OTHER"),
                Is.EqualTo(ProofResult.Wrong)
            );
            Assert.That(
                PublicKeyProof.Verify(proof, key, "nonce "u8, "and Digest"u8, User),
                Is.EqualTo(ProofResult.Wrong)
            );
            Assert.That(
                PublicKeyProof.Verify(proof, Key, "nonce "u8, "and digest"u8, User),
                Is.EqualTo(ProofResult.Wrong)
            );
            Assert.That(
                PublicKeyProof.Verify(proof, Keys.Pair.PublicKey, "nonce "u8, "and digest"u8, User),
                Is.EqualTo(ProofResult.Unsupported)
            );
        });
    }

    private static BigInteger Number(string hex) => new(hex, 16);

    private static string Pem(byte[] der) => PemEncoding.WriteString("PRIVATE KEY", der);
}
