using System.Numerics;
using System.Text;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Security;

[TestFixture]
public sealed class PublicKeyTests
{
    private static readonly ProtocolVersion V26 = new(2, 6);

    private static PublicKey Rsa => Read(Encoding.ASCII.GetBytes(Keys.RsaPem));

    private static PublicKey Dsa => Read(Encoding.ASCII.GetBytes(Keys.DsaPem));

    private static PublicKey DiffieHellman => DiffieHellmanKeyPair.Generate().PublicKey;

    private static IEnumerable<TestCaseData<PublicKey>> All() => [new(Rsa), new(Dsa), new(DiffieHellman)];

    [TestCaseSource(nameof(All))]
    public void TryRead_WhatToDataWrote_IsTheSameKey(PublicKey key)
    {
        var data = key.ToData();

        Assert.That(PublicKey.TryRead(data, out var read), Is.True);
        Assert.That(read, Is.EqualTo(key));
        Assert.That(read!.GetHashCode(), Is.EqualTo(key.GetHashCode()));
        Assert.That(read.ToData(), Is.EqualTo(data));
        Assert.That(read.Algorithm, Is.EqualTo(key.Algorithm));
        var surplus = key.Algorithm == PublicKeyAlgorithm.Rsa ? 4 : 0;
        Properties.AssertPrefixesRefused(data[..^surplus], bytes => PublicKey.TryRead(bytes, out _));
        Assert.That(PublicKey.TryRead(data.AsSpan(0, data.Length - surplus), out _), Is.True);
        Assert.That(PublicKey.TryRead([.. data, 1], out _), Is.False);
    }

    [TestCaseSource(nameof(All))]
    public void TryRead_AnyBytes_NeverThrows(PublicKey key) =>
        Properties.AssertNeverThrows(
            key.ToData(),
            bytes =>
            {
                if (PublicKey.TryRead(bytes, out var read))
                {
                    read.Verify(SignatureHash.Sha256, bytes, bytes);
                }
            }
        );

    [Test]
    public void TryRead_AnyPem_NeverThrows([Values(Keys.RsaPem, Keys.DsaPem)] string pem) =>
        Properties.AssertNeverThrows(Encoding.ASCII.GetBytes(pem), bytes => PublicKey.TryRead(bytes, out _));

    [Test]
    public void ToData_RsaKey_IsTheLayoutOfTheReference()
    {
        var data = Hex.Of(
            "0000000b 5253415f5055425f4b4559 0000 00000003 010001 00000101 00bd4c7404f0c169a295bf49c01d4ec4d5"
        );

        Assert.That(Rsa.ToData()[..data.Length], Is.EqualTo(data));
        Assert.That(Rsa.ToData(), Has.Length.EqualTo(4 + 11 + 2 + 4 + 3 + 4 + 257 + 4));
    }

    [Test]
    public void ToData_DsaKey_HasItsNumbersInOrder()
    {
        // q of 160 bits, p of 1024, g, y.
        var q = Hex.Of("80" + Zeros(18) + "01");
        var p = Hex.Of("80" + Zeros(126) + "01");
        var data = Hex.Of(
            $"0000000b 4453415f5055425f4b4559 0000 00000015 00{Convert.ToHexString(q)} 00000081 "
                + $"00{Convert.ToHexString(p)} 00000001 02 00000001 03"
        );

        Assert.That(DsaPublicKey.TryCreate(q, p, [2], [3], out var key), Is.True);
        Assert.That(key!.ToData(), Is.EqualTo(data));
        var numbers = ((DsaPublicKey)Read(data)).Parameters;
        Assert.That(numbers.Q, Is.EqualTo(q));
        Assert.That(numbers.P, Is.EqualTo(p));
        Assert.That(numbers.G![^1], Is.EqualTo(2));
        Assert.That(numbers.Y![^1], Is.EqualTo(3));
    }

    [Test]
    public void ToData_DiffieHellmanKey_HasItsNumbersInOrder()
    {
        // y, p of 512 bits, g.
        var p = "80" + Zeros(62) + "01";
        var data = Hex.Of($"0000000a 44485f5055425f4b4559 0000 00000001 03 00000041 00{p} 00000001 02");

        Assert.That(DiffieHellmanPublicKey.TryCreate(3, (BigInteger.One << 511) + 1, 2, out var key), Is.True);
        Assert.That(key!.ToData(), Is.EqualTo(data));
        var read = (DiffieHellmanPublicKey)Read(data);
        Assert.That(
            (read.Y, read.P, read.G),
            Is.EqualTo((new BigInteger(3), (BigInteger.One << 511) + 1, new BigInteger(2)))
        );
    }

    [Test]
    public void ToPem_RsaKey_IsWhatOpenSslWrote() =>
        Assert.That(((RsaPublicKey)Rsa).ToPem(), Is.EqualTo(Keys.RsaPem.ReplaceLineEndings("\n")));

    [TestCase("0000000b 534d395f5055425f4b4559 0000 00000001 41", Description = "SM9_PUB_KEY")]
    public void TryRead_KindThatIsOnlyRecognised_VerifiesAsUnsupported(string data)
    {
        Assert.That(PublicKey.TryRead(Hex.Of(data), out var key), Is.True);
        Assert.That(key!.Algorithm, Is.EqualTo(PublicKeyAlgorithm.Other));
        Assert.That(key.ToData(), Is.EqualTo(Hex.Of(data)));
        Assert.That(key.Verify(SignatureHash.Sm3, [], []), Is.EqualTo(ProofResult.Unsupported));
    }

    [TestCase(127, "010001", Description = "1016 bits")]
    [TestCase(1025, "010001", Description = "8200 bits")]
    [TestCase(256, "")]
    [TestCase(256, "01")]
    [TestCase(256, "010000")]
    [TestCase(256, "0100000001")]
    public void TryCreate_RsaKeyOutOfBounds_IsRefused(int length, string exponent)
    {
        var modulus = new byte[length];
        Array.Fill(modulus, (byte)0xFF);

        Assert.That(RsaPublicKey.TryCreate(modulus, Hex.Of(exponent), out _), Is.False);
    }

    [Test]
    public void TryCreate_DiffieHellmanNumbersThatGiveTheSecretAway_AreRefused()
    {
        var key = DiffieHellmanKeyPair.Generate().PublicKey;

        Assert.Multiple(() =>
        {
            Assert.That(DiffieHellmanPublicKey.TryCreate(0, key.P, 2, out _), Is.False);
            Assert.That(DiffieHellmanPublicKey.TryCreate(1, key.P, 2, out _), Is.False);
            Assert.That(DiffieHellmanPublicKey.TryCreate(key.P - 1, key.P, 2, out _), Is.False);
            Assert.That(DiffieHellmanPublicKey.TryCreate(key.P + 2, key.P, 2, out _), Is.False);
            Assert.That(DiffieHellmanPublicKey.TryCreate(4, key.P, 1, out _), Is.False);
            Assert.That(DiffieHellmanPublicKey.TryCreate(4, key.P, key.P - 1, out _), Is.False);
            Assert.That(DiffieHellmanPublicKey.TryCreate(4, key.P - 1, 2, out _), Is.False);
            Assert.That(DiffieHellmanPublicKey.TryCreate(4, (BigInteger.One << 500) + 1, 2, out _), Is.False);
            Assert.That(DiffieHellmanPublicKey.TryCreate(4, (BigInteger.One << 4096) + 1, 2, out _), Is.False);
        });
    }

    [Test]
    public void Verify_SignatureOfOpenSsl_IsRight()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Rsa.Verify(SignatureHash.Sha256, Keys.Signed, Keys.RsaSha256), Is.EqualTo(ProofResult.Right));
            Assert.That(Dsa.Verify(SignatureHash.Sha1, Keys.Signed, Keys.DsaSha1), Is.EqualTo(ProofResult.Right));
            Assert.That(Dsa.Verify(SignatureHash.Sha256, Keys.Signed, Keys.DsaSha256), Is.EqualTo(ProofResult.Right));
            Assert.That(Rsa.Verify(SignatureHash.Sha1, Keys.Signed, Keys.RsaSha256), Is.EqualTo(ProofResult.Wrong));
            Assert.That(
                Rsa.Verify(SignatureHash.Sm3, Keys.Signed, Keys.RsaSha256),
                Is.EqualTo(ProofResult.Unsupported)
            );
            Assert.That(
                Rsa.Verify(SignatureHash.Unknown, Keys.Signed, Keys.RsaSha256),
                Is.EqualTo(ProofResult.Unsupported)
            );
            Assert.That(
                DiffieHellman.Verify(SignatureHash.Sha256, Keys.Signed, Keys.RsaSha256),
                Is.EqualTo(ProofResult.Unsupported)
            );
        });
    }

    [Test]
    public void Verify_AnyBitOfASignatureChanged_IsNotRight()
    {
        Properties.AssertEachBitMatters(
            Keys.RsaSha256,
            bytes => Rsa.Verify(SignatureHash.Sha256, Keys.Signed, bytes) == ProofResult.Right
        );
        Properties.AssertEachBitMatters(
            Keys.DsaSha256,
            bytes => Dsa.Verify(SignatureHash.Sha256, Keys.Signed, bytes) == ProofResult.Right
        );
    }

    [TestCase("MD5", ProofResult.Unsupported)]
    [TestCase("SM3", ProofResult.Unsupported)]
    [TestCase("SHA-1", ProofResult.Wrong)]
    [TestCase("SHA1", ProofResult.Wrong)]
    [TestCase("SHA256", ProofResult.Right)]
    [TestCase("sha-256", ProofResult.Right)]
    public void Verify_HashNamed_IsTakenAtItsWord(string name, ProofResult result) =>
        Assert.That(PublicKeyProof.Verify(name, Keys.RsaSha256, Rsa, "nonce "u8, "and digest"u8), Is.EqualTo(result));

    [Test]
    public void Verify_ProofMade_IsRightForItsNonceAndDigestAlone()
    {
        var proof = PublicKeyProof.Make(Keys.Pair, "nonce"u8, "digest"u8, ProtocolVersion.Current);
        var key = Keys.Pair.PublicKey;

        Assert.That(proof, Has.Length.EqualTo(271));
        Assert.That(proof[..15], Is.EqualTo(Hex.Of("00000007 5348412d323536 00000100")));
        Assert.That(PublicKeyProof.Verify(proof, key, "nonce"u8, "digest"u8), Is.EqualTo(ProofResult.Right));
        Assert.That(PublicKeyProof.Verify(proof, key, "Nonce"u8, "digest"u8), Is.EqualTo(ProofResult.Wrong));
        Assert.That(PublicKeyProof.Verify(proof, Rsa, "nonce"u8, "digest"u8), Is.EqualTo(ProofResult.Wrong));
        Assert.That(
            PublicKeyProof.Verify([.. proof, 0], key, "nonce"u8, "digest"u8),
            Is.EqualTo(ProofResult.Malformed)
        );
        Properties.AssertPrefixesRefused(
            proof,
            bytes => PublicKeyProof.Verify(bytes, key, "nonce"u8, "digest"u8) != ProofResult.Malformed
        );
        Properties.AssertNeverThrows(proof, bytes => PublicKeyProof.Verify(bytes, key, "nonce"u8, "digest"u8));
    }

    [Test]
    public void Make_OldVersion_UsesSha1()
    {
        var proof = PublicKeyProof.Make(Keys.Pair, "nonce"u8, "digest"u8, V26);

        Assert.That(proof[..8], Is.EqualTo(Hex.Of("00000004 53484131")));
        Assert.That(
            PublicKeyProof.Verify(proof, Keys.Pair.PublicKey, "nonce"u8, "digest"u8),
            Is.EqualTo(ProofResult.Right)
        );
    }

    [Test]
    public void TryFromPem_WhatToPemWrote_SignsForTheSameKey()
    {
        Assert.That(KeyPair.TryFromPem(Keys.Pair.ToPem(), out var pair), Is.True);
        using (pair)
        {
            Assert.That(pair!.PublicKey, Is.EqualTo(Keys.Pair.PublicKey));
            Assert.That(
                Keys.Pair.PublicKey.Verify(SignatureHash.Sha256, "data"u8, pair.Sign(SignatureHash.Sha256, "data"u8)),
                Is.EqualTo(ProofResult.Right)
            );
        }
    }

    [TestCase("")]
    [TestCase("text")]
    [TestCase(Keys.RsaPem)]
    [TestCase("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----")]
    public void TryFromPem_NoPrivateKey_IsRefused(string pem) => Assert.That(KeyPair.TryFromPem(pem, out _), Is.False);

    /// <summary>So many zero bytes in hex.</summary>
    private static string Zeros(int count) => new('0', 2 * count);

    private static PublicKey Read(byte[] data) =>
        PublicKey.TryRead(data, out var key) ? key : throw new AssertionException("no key");
}
