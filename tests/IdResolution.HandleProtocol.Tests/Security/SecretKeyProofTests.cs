using FsCheck.Fluent;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Security;

[TestFixture]
public sealed class SecretKeyProofTests
{
    /// <summary>
    /// Header and body of a request to create a handle; the digest and proofs below were checked with an independent
    /// implementation.
    /// </summary>
    private static readonly byte[] Create = Hex.Of(
        """
        000000640000000019800000ffff00006a00000000000055
        0000001738382e3330302e31353930373534313031312f303030320000000100000001000000000000
        0151800e0000000355524c0000001968747470733a2f2f6578616d706c652e636e2f702f3030303200000000
        """
    );

    private static readonly byte[] Digest = Hex.Of("22cc200d157906548b3fe471988c4e5c899b4a42bc29bcb65c71915fa510415f");
    private static readonly byte[] Nonce = Hex.Of("101112131415161718191a1b1c1d1e1f");

    private static readonly byte[] Answer = Hex.Of(
        """
        22 00000010 000102030405060708090a0b0c0d0e0f 00002710 000000a0
        00000014 9db5bcaf1d5818f151fe7cbc381b1a263f377b98
        """
    );

    private static readonly KeyedDigestKind[] Kinds = Enum.GetValues<KeyedDigestKind>();

    private static readonly KeyStretching Light = new(new byte[] { 1, 2, 3 }, 3, 160);

    [Test]
    public void Of_RequestOfTheReference_IsItsDigest() =>
        Assert.That(
            RequestDigest.Of(Create, ProtocolVersion.Current),
            Is.EqualTo(new DigestField(DigestField.Sha256, Digest))
        );

    [TestCase(11, DigestField.Sha256)]
    [TestCase(7, DigestField.Sha256)]
    [TestCase(6, DigestField.Sha1)]
    [TestCase(1, DigestField.Sha1)]
    [TestCase(0, DigestField.OldMd5)]
    public void Of_Version_HasItsAlgorithmAndMatches(byte minor, byte algorithm)
    {
        var digest = RequestDigest.Of(Create, new ProtocolVersion(2, minor));

        Assert.That(digest.Algorithm, Is.EqualTo(algorithm));
        Assert.That(RequestDigest.Matches(digest, Create), Is.True);
        Assert.That(RequestDigest.Matches(digest, Digest), Is.False);
    }

    [Test]
    public void Verify_AnswerOfTheReference_IsRight() =>
        Assert.That(SecretKeyProof.Verify(Answer, "topsecret"u8, Nonce, Digest), Is.EqualTo(ProofResult.Right));

    [Test]
    public void Make_AsTheReference_IsItsAnswer() =>
        Assert.That(
            SecretKeyProof.Make(
                KeyedDigestKind.Pbkdf2HmacSha1,
                "topsecret"u8,
                Nonce,
                Digest,
                new KeyStretching(Hex.Of("000102030405060708090a0b0c0d0e0f"), 10_000, 160)
            ),
            Is.EqualTo(Answer)
        );

    /// <summary>
    /// Made with <c>openssl dgst</c> over "topsecret", nonce, digest, "topsecret", or with its <c>-hmac</c>.
    /// </summary>
    [TestCase("01 19a7d6d251fef93f7172e06b99ec6a73")]
    [TestCase("02 41be3ce0285ecb936704b45a89be56a78c3db207")]
    [TestCase("03 fdfa4e000220f85c0b765d126aeb362b74fab3530c0c3ed6ac7f1ccc8e9d065f")]
    [TestCase("12 0de5820b612d790650e0ee9bdef6468a6bb216b5")]
    [TestCase("13 be14b388e89ecd09fa9b671386de2e8cdaad1e7d8135dd9c7f25c5d5b4f8f67a")]
    public void Verify_AnswerMadeWithOpenSsl_IsRight(string answer) =>
        Assert.That(SecretKeyProof.Verify(Hex.Of(answer), "topsecret"u8, Nonce, Digest), Is.EqualTo(ProofResult.Right));

    [Test]
    public void Verify_WhatWasMade_IsRightForItsSecretNonceAndDigestAlone()
    {
        var cases = Gen.Elements(Kinds)
            .SelectMany(kind =>
                Properties.Bytes.SelectMany(secret => Properties.Bytes.Select(digest => (kind, secret, digest)))
            );
        Properties.ForAll(
            cases,
            c =>
            {
                byte[] secret = [.. c.secret, 7];
                var answer = SecretKeyProof.Make(c.kind, secret, Nonce, c.digest, Light);
                Assert.That(SecretKeyProof.Verify(answer, secret, Nonce, c.digest), Is.EqualTo(ProofResult.Right));
                Assert.That(
                    SecretKeyProof.Verify(answer, [.. secret, 1], Nonce, c.digest),
                    Is.EqualTo(ProofResult.Wrong)
                );
                Assert.That(SecretKeyProof.Verify(answer, secret, Digest, c.digest), Is.EqualTo(ProofResult.Wrong));
                Assert.That(
                    SecretKeyProof.Verify(answer, secret, Nonce, [.. c.digest, 0]),
                    Is.EqualTo(ProofResult.Wrong)
                );
            }
        );
    }

    [Test]
    public void Verify_AnyBitOrByteOfAnAnswerChanged_IsNotRight([ValueSource(nameof(Kinds))] KeyedDigestKind kind)
    {
        var answer = SecretKeyProof.Make(kind, "topsecret"u8, Nonce, Digest, Light);
        bool IsRight(byte[] bytes) => SecretKeyProof.Verify(bytes, "topsecret"u8, Nonce, Digest) == ProofResult.Right;

        Properties.AssertPrefixesRefused(answer, IsRight);
        Properties.AssertEachBitMatters(answer, IsRight);
        Assert.That(IsRight([.. answer, 0]), Is.False);
    }

    [Test]
    public void Verify_AnyBytes_NeverThrows() =>
        Properties.AssertNeverThrows(
            SecretKeyProof.Make(KeyedDigestKind.Pbkdf2HmacSha1, "topsecret"u8, Nonce, Digest, Light),
            bytes => SecretKeyProof.Verify(bytes, "topsecret"u8, Nonce, Digest)
        );

    [Test]
    public void Verify_EmptySecret_IsWrong([ValueSource(nameof(Kinds))] KeyedDigestKind kind) =>
        Assert.That(
            SecretKeyProof.Verify(SecretKeyProof.Make(kind, [], Nonce, Digest, Light), [], Nonce, Digest),
            Is.EqualTo(ProofResult.Wrong)
        );

    [TestCase("04 00", ProofResult.Unsupported, ResponseCode.InvalidCredential)]
    [TestCase("", ProofResult.Malformed, ResponseCode.AuthenticationFailed)]
    [TestCase("03 00", ProofResult.Wrong, ResponseCode.AuthenticationFailed)]
    [TestCase(
        "22 00000001 00 000186a1 000000a0 00000001 00",
        ProofResult.Malformed,
        ResponseCode.AuthenticationFailed,
        Description = "100,001 iterations"
    )]
    [TestCase(
        "22 00000001 00 0000c351 00000148 00000001 00",
        ProofResult.Malformed,
        ResponseCode.AuthenticationFailed,
        Description = "50,001 for three blocks"
    )]
    [TestCase("22 00000001 00 7fffffff 000000a0 00000001 00", ProofResult.Malformed, ResponseCode.AuthenticationFailed)]
    [TestCase("22 00000001 00 ffffffff 000000a0 00000001 00", ProofResult.Malformed, ResponseCode.AuthenticationFailed)]
    [TestCase("22 00000001 00 00000000 000000a0 00000001 00", ProofResult.Malformed, ResponseCode.AuthenticationFailed)]
    [TestCase("22 00000001 00 00000001 7ffffff8 00000001 00", ProofResult.Malformed, ResponseCode.AuthenticationFailed)]
    [TestCase("22 00000001 00 00000001 000000a1 00000001 00", ProofResult.Malformed, ResponseCode.AuthenticationFailed)]
    [TestCase("22 00000001 00 00000001 00000000 00000001 00", ProofResult.Malformed, ResponseCode.AuthenticationFailed)]
    [TestCase("22 7fffffff 00 00000001 000000a0 00000001 00", ProofResult.Malformed, ResponseCode.AuthenticationFailed)]
    [TestCase("22 00000001 00 00000001 000000a0 00000001 00", ProofResult.Wrong, ResponseCode.AuthenticationFailed)]
    public void Verify_AnswerOutOfBounds_IsRefusedAsWhatItIs(string answer, ProofResult result, ResponseCode code)
    {
        var verified = SecretKeyProof.Verify(Hex.Of(answer), "topsecret"u8, Nonce, Digest);

        Assert.That(verified, Is.EqualTo(result));
        Assert.That(verified.ToResponseCode(), Is.EqualTo(code));
    }

    [TestCase("MD5", KeyedDigestKind.Md5)]
    [TestCase("SHA1", KeyedDigestKind.Sha1)]
    [TestCase("SHA-1", KeyedDigestKind.Sha1)]
    [TestCase("SHA256", KeyedDigestKind.Sha256)]
    [TestCase("sha-256", KeyedDigestKind.Sha256)]
    [TestCase("HMAC-SHA1", KeyedDigestKind.HmacSha1)]
    [TestCase("HMAC-SHA256", KeyedDigestKind.HmacSha256)]
    [TestCase("PBKDF2-HMAC-SHA1", KeyedDigestKind.Pbkdf2HmacSha1)]
    [TestCase("PBKDF2WithHmacSHA1", KeyedDigestKind.Pbkdf2HmacSha1)]
    public void TryKind_EverySpelling_IsKnown(string name, KeyedDigestKind kind) =>
        Assert.That(KeyedDigest.TryKind(name, out var read) ? read : default, Is.EqualTo(kind));

    [TestCase("SM3")]
    [TestCase("")]
    [TestCase(null)]
    public void TryKind_OtherName_IsRefused(string? name) => Assert.That(KeyedDigest.TryKind(name, out _), Is.False);

    /// <summary>What a server that stores the digest of a password sees; <c>printf password | sha1sum</c>.</summary>
    [Test]
    public void HashedSecret_OfPassword_IsItsSha1InHex() =>
        Assert.That(
            SecretKeyProof.HashedSecret("password"u8),
            Is.EqualTo("5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"u8.ToArray())
        );
}
