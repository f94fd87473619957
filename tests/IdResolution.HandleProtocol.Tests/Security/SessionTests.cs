using System.Numerics;
using System.Text;
using FsCheck.Fluent;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Security;

[TestFixture]
public sealed class SessionTests
{
    private static readonly SessionKeyAlgorithm[] Algorithms =
    [
        SessionKeyAlgorithm.Des,
        SessionKeyAlgorithm.TripleDes,
        SessionKeyAlgorithm.Aes,
        SessionKeyAlgorithm.Sm4,
    ];

    [Test]
    public void TryRead_WhatToBytesWrote_IsTheSameKey([ValueSource(nameof(Algorithms))] SessionKeyAlgorithm algorithm)
    {
        var key = SessionKey.Generate(algorithm);

        Assert.That(SessionKey.TryRead(key.ToBytes(ProtocolVersion.Current), out var read), Is.True);
        Assert.That(read!.Algorithm, Is.EqualTo(algorithm));
        Assert.That(read.ToBytes(ProtocolVersion.Current), Is.EqualTo(key.ToBytes(ProtocolVersion.Current)));
    }

    [Test]
    public void Generate_AlgorithmThatIsNotSupported_Throws() =>
        Assert.That(
            () => SessionKey.Generate((SessionKeyAlgorithm)9),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("9")
        );

    /// <summary>
    /// Clients before 2.2, and with the server's key the reference's of every version, leave the algorithm out.
    /// </summary>
    [TestCase("0123456789abcdef", SessionKeyAlgorithm.Des)]
    [TestCase("000102030405060708090a0b0c0d0e0f", SessionKeyAlgorithm.Aes)]
    [TestCase("000102030405060708090a0b0c0d0e0f1011121314151617", SessionKeyAlgorithm.TripleDes)]
    [TestCase("000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f", SessionKeyAlgorithm.Aes)]
    public void TryRead_KeyAlone_IsTakenForWhatItsLengthSays(string bytes, SessionKeyAlgorithm algorithm)
    {
        Assert.That(SessionKey.TryRead(Hex.Of(bytes), out var key), Is.True);
        Assert.That(key!.Algorithm, Is.EqualTo(algorithm));
        Assert.That(key.ToBytes(new ProtocolVersion(2, 1)), Is.EqualTo(Hex.Of(bytes)));
    }

    [Test]
    public void TryReadResponse_WhatToResponseWrote_IsTheKeyAndAlgorithm([Values(3, 4, 11)] int minor)
    {
        var version = new ProtocolVersion(2, (byte)minor);
        var pair = DiffieHellmanKeyPair.Generate();
        var response = pair.ToResponse(SessionKeyAlgorithm.Aes, version);

        Assert.That(DiffieHellmanKeyPair.TryReadResponse(response, version, out var algorithm, out var key), Is.True);
        Assert.That(key, Is.EqualTo(pair.PublicKey));
        Assert.That(algorithm, Is.EqualTo(DiffieHellmanKeyPair.UsualAlgorithm(version)));
        Assert.That(algorithm, Is.EqualTo(minor < 4 ? SessionKeyAlgorithm.Des : SessionKeyAlgorithm.Aes));
        Properties.AssertPrefixesRefused(
            response,
            bytes => DiffieHellmanKeyPair.TryReadResponse(bytes, version, out _, out _)
        );
    }

    [TestCase("")]
    [TestCase("00000003")]
    [TestCase("00000003 000102030405060708090a0b0c0d0e")]
    [TestCase("00000003 000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f00")]
    [TestCase("00000005 000102030405060708090a0b0c0d0e0f")]
    [TestCase("00000000 000102030405060708090a0b0c0d0e0f")]
    [TestCase("00000001 0101010101010101", Description = "a weak key of DES")]
    [TestCase(
        "00000002 010203040506070801020304050607080102030405060708",
        Description = "DES three times that is DES once"
    )]
    public void TryRead_NoKey_IsRefused(string bytes) =>
        Assert.That(SessionKey.TryRead(Hex.Of(bytes), out _), Is.False);

    /// <summary>
    /// Made with <c>openssl enc</c>: <c>-des-cbc</c>, <c>-des-ede3-cbc</c>, <c>-aes-128-cbc</c> and the IV in front;
    /// before 2.4 <c>-des-ecb</c>, <c>-des-ede3</c>, <c>-aes-128-ecb</c>. One key of AES is longer than the cipher
    /// takes.
    /// </summary>
    [TestCase(
        4,
        "00000001 0123456789abcdef",
        "1011121314151617 2cf8f1b60ee30a74155f0d1440259b224d350e6d88de19d05725c7d2491a8f52"
    )]
    [TestCase(
        4,
        "00000002 0123456789abcdef23456789abcdef01456789abcdef0123",
        "1011121314151617 3ddb85b46d5835c8efbd683d42aa4c982d75a368d4393be69815c15cb74e0666"
    )]
    [TestCase(
        11,
        "00000003 000102030405060708090a0b0c0d0e0f ffffffffffffffffffffffffffffffff",
        "101112131415161718191a1b1c1d1e1f 3ecd5af893ee115ab90d26d1af1122e9b3c923b15f1d836bb04596ed52848d78"
    )]
    [TestCase(3, "00000001 0123456789abcdef", "6ef9a74fdecdc7cd35e578dc825405aac5c6b2ac18d00624b0f3c38a385bb377")]
    [TestCase(
        3,
        "00000002 0123456789abcdef23456789abcdef01456789abcdef0123",
        "cbbdf7063f29db82aebf5be4c8888df115a95fb57970534fd39e2a842d7651a5"
    )]
    [TestCase(
        3,
        "00000003 000102030405060708090a0b0c0d0e0f",
        "0aca4d5f3e0da58fb6a3df22379173cd17a2d17c4e0d2a66b69b65990592f306"
    )]
    public void TryDecrypt_TextOfOpenSslOfEachCipher_IsRead(int minor, string keyHex, string hex)
    {
        Assert.That(SessionKey.TryRead(Hex.Of(keyHex), out var key), Is.True);
        Assert.That(key!.ToBytes(ProtocolVersion.Current), Is.EqualTo(Hex.Of(keyHex)));
        var version = new ProtocolVersion(2, (byte)minor);

        Assert.That(SessionCipher.TryDecrypt(key, version, Hex.Of(hex), out var clear), Is.True);
        Assert.That(Encoding.ASCII.GetString(clear!), Is.EqualTo("header, body and credential"));
        if (minor < 4)
        {
            Assert.That(SessionCipher.Encrypt(key, version, clear), Is.EqualTo(Hex.Of(hex)));
        }
    }

    /// <summary>Made with <c>openssl pkeyutl -encrypt</c> of 3, for AES, and the key.</summary>
    [Test]
    public void Decrypt_KeyThatOpenSslEncrypted_IsThatKey()
    {
        Assert.That(KeyPair.TryFromPem(Keys.ShortRsaPem, out var pair), Is.True);
        using (pair)
        {
            var key = SessionKey.Decrypt(
                Hex.Of(
                    """
                    28e8f925dbd2aa39450c2d5a528971b6a9b3c0c09fb84c83bfb093c117bc7c071bcdc53ee0d8bcf82fd9c89fb82a27da85562fd26b53ffaad2f7e3c526299a8f
                    3ba45a4fbc045868b58555636e7dc7d55cee33a55b970fe7fb757832e3e8d3fb961624e53884d61baf1ade34c1625984aa6fed3333527ada1c5c5546b49730fb
                    """
                ),
                pair!
            );
            Assert.That(
                key.ToBytes(ProtocolVersion.Current),
                Is.EqualTo(Hex.Of("00000003 000102030405060708090a0b0c0d0e0f"))
            );
        }
    }

    [Test]
    public void TryDecrypt_WhatWasEncrypted_IsWhatItWas(
        [ValueSource(nameof(Algorithms))] SessionKeyAlgorithm algorithm,
        [Values(2, 4, 11)] int minor
    )
    {
        var key = SessionKey.Generate(algorithm);
        var version = new ProtocolVersion(2, (byte)minor);
        Properties.ForAll(
            Properties.Bytes,
            bytes =>
            {
                var encrypted = SessionCipher.Encrypt(key, version, bytes);
                Assert.That(SessionCipher.TryDecrypt(key, version, encrypted, out var clear), Is.True);
                Assert.That(clear, Is.EqualTo(bytes));
                Properties.AssertPrefixesRefused(
                    encrypted,
                    prefix => prefix.Length % 8 != 0 && SessionCipher.TryDecrypt(key, version, prefix, out _)
                );
            }
        );
        Properties.AssertNeverThrows(
            SessionCipher.Encrypt(key, version, new byte[50]),
            bytes => SessionCipher.TryDecrypt(key, version, bytes, out _)
        );
    }

    [Test]
    public void Encrypt_Twice_IsNeverTheSame()
    {
        var key = SessionKey.Generate(SessionKeyAlgorithm.Aes);

        var first = SessionCipher.Encrypt(key, ProtocolVersion.Current, "same"u8);
        var second = SessionCipher.Encrypt(key, ProtocolVersion.Current, "same"u8);

        Assert.That(first, Is.Not.EqualTo(second));
    }

    [Test]
    public void Decrypt_KeyEncryptedForAKeyPair_IsThatKey()
    {
        var key = SessionKey.Generate(SessionKeyAlgorithm.Aes);

        var read = SessionKey.Decrypt(
            key.EncryptFor((RsaPublicKey)Keys.Pair.PublicKey, ProtocolVersion.Current),
            Keys.Pair
        );

        Assert.That(read.ToBytes(ProtocolVersion.Current), Is.EqualTo(key.ToBytes(ProtocolVersion.Current)));
    }

    /// <summary>Bad padding and bad keys look like any other key, so that the server is no oracle.</summary>
    [Test]
    public void Decrypt_WhatIsNoKey_IsARandomOne()
    {
        var notAKey = ((RsaPublicKey)Keys.Pair.PublicKey).Encrypt("text"u8);
        foreach (
            var encrypted in (byte[][])
                [
                    [],
                    new byte[256],
                    [.. Enumerable.Repeat((byte)0xFF, 256)],
                    new byte[255],
                    new byte[257],
                    notAKey,
                ]
        )
        {
            var one = SessionKey.Decrypt(encrypted, Keys.Pair);
            Assert.That(one.Algorithm, Is.EqualTo(SessionKeyAlgorithm.Aes));
            Assert.That(
                one.ToBytes(ProtocolVersion.Current),
                Is.Not.EqualTo(SessionKey.Decrypt(encrypted, Keys.Pair).ToBytes(ProtocolVersion.Current))
            );
        }
    }

    [Test]
    public void TryAgree_BothSides_HaveTheSameKey([ValueSource(nameof(Algorithms))] SessionKeyAlgorithm algorithm)
    {
        var asking = DiffieHellmanKeyPair.Generate();
        Assert.That(DiffieHellmanKeyPair.TryGenerateFor(asking.PublicKey, out var answering), Is.True);

        Assert.That(asking.TryAgree(answering!.PublicKey, algorithm, out var one), Is.True);
        Assert.That(answering.TryAgree(asking.PublicKey, algorithm, out var other), Is.True);
        Assert.That(one!.ToBytes(ProtocolVersion.Current), Is.EqualTo(other!.ToBytes(ProtocolVersion.Current)));
        Assert.That(
            one.Bytes.Length,
            Is.EqualTo(
                algorithm switch
                {
                    SessionKeyAlgorithm.Des => 8,
                    SessionKeyAlgorithm.TripleDes => 24,
                    SessionKeyAlgorithm.Sm4 => 16,
                    _ => 32,
                }
            )
        );
        if (algorithm is SessionKeyAlgorithm.Des or SessionKeyAlgorithm.TripleDes)
        {
            Assert.That(one.Bytes.ToArray().Select(b => byte.PopCount(b) % 2), Is.All.EqualTo(1));
        }
    }

    /// <summary>In this group every power of g from the second on is 0.</summary>
    [Test]
    public void TryGenerateFor_GroupWithoutPublicNumbers_GivesUp()
    {
        Assert.That(
            DiffieHellmanPublicKey.TryCreate(3, BigInteger.Pow(3, 400), BigInteger.Pow(3, 200), out var peer),
            Is.True
        );

        Assert.That(DiffieHellmanKeyPair.TryGenerateFor(peer!, out _), Is.False);
    }

    /// <summary>
    /// Python 3: <c>pow(y, secret, p).to_bytes(64, 'big')</c> with p from <c>openssl prime -generate -safe -bits
    /// 512</c>. With y = 2^306 the shared number starts with a zero byte, which AES and SM4 leave out and DES does not.
    /// </summary>
    [TestCase(3, SessionKeyAlgorithm.Aes, "7d35422045aa25364034f02b2a74f00288260705ebf46b0057a8f0a46dead085")]
    [TestCase(3, SessionKeyAlgorithm.Des, "7c34432045ab2537")]
    [TestCase(3, SessionKeyAlgorithm.TripleDes, "7c34432045ab25374034f12a2a75f10289260704eaf46b01")]
    [TestCase(3, SessionKeyAlgorithm.Sm4, "7d35422045aa25364034f02b2a74f002")]
    [TestCase(306, SessionKeyAlgorithm.Aes, "601ad9a267945ab490a620760f54be5deda7989d10d49534688f491dd289a782")]
    [TestCase(306, SessionKeyAlgorithm.Des, "01611ad9a267945b")]
    [TestCase(306, SessionKeyAlgorithm.TripleDes, "01611ad9a267945bb591a720760e54bf5deca7989d10d594")]
    [TestCase(306, SessionKeyAlgorithm.Sm4, "601ad9a267945ab490a620760f54be5d")]
    public void TryAgree_OfKnownSecrets_IsTheKeyCutFromTheSharedNumber(
        int power,
        SessionKeyAlgorithm algorithm,
        string hex
    )
    {
        var p = new BigInteger(
            Hex.Of(
                """
                d1bfeafc1f84a3c380b5f196e69a9410c325cb05ae92f5c957d70cd65a9f85218e821453a8895dab69067cd786a3adb254e58c9d1e835d375ade347d4bffbbb7
                """
            ),
            isUnsigned: true,
            isBigEndian: true
        );
        var secret = new BigInteger(Hex.Of("1234567890abcdef1234567890abcdef"), isUnsigned: true, isBigEndian: true);
        Assert.That(DiffieHellmanKeyPair.TryGenerate(p, 2, secret, out var pair), Is.True);
        Assert.That(
            pair!.PublicKey.Y,
            Is.EqualTo(
                new BigInteger(
                    Hex.Of(
                        """
                        9185c54d7d60fae97e04e0cd89cabc0dd4a3da8d85abd4d878fc8a7321921f7319a7926eef49652fa65d978671701599bf02ed948e602cdc54090a3d60ce0202
                        """
                    ),
                    isUnsigned: true,
                    isBigEndian: true
                )
            )
        );
        Assert.That(DiffieHellmanPublicKey.TryCreate(BigInteger.One << power, p, 2, out var peer), Is.True);

        Assert.That(pair.TryAgree(peer!, algorithm, out var key), Is.True);
        Assert.That(key!.Bytes.ToArray(), Is.EqualTo(Hex.Of(hex)));
    }

    [Test]
    public void TryAgree_PeerOfAnotherGroup_IsRefused()
    {
        var pair = DiffieHellmanKeyPair.Generate();
        Assert.That(DiffieHellmanPublicKey.TryCreate(pair.PublicKey.Y, pair.PublicKey.P, 3, out var other), Is.True);

        Assert.That(pair.TryAgree(other!, SessionKeyAlgorithm.Aes, out _), Is.False);
    }

    [TestCase(1, SessionKeyAlgorithm.Des)]
    [TestCase(2, SessionKeyAlgorithm.Aes)]
    [TestCase(11, SessionKeyAlgorithm.Aes)]
    public void UsualAlgorithm_Version_IsTheReferences(byte minor, SessionKeyAlgorithm algorithm) =>
        Assert.That(SessionKey.UsualAlgorithm(new ProtocolVersion(2, minor)), Is.EqualTo(algorithm));

    [Test]
    public void TryTake_CountersInAnyOrder_EachOnceAndNoneTooOld()
    {
        Properties.ForAll(
            Gen.Choose(1, 500).ArrayOf(),
            counters =>
            {
                var window = new ReplayWindow();
                var taken = new HashSet<int>();
                foreach (var counter in counters)
                {
                    var allowed =
                        counter > taken.DefaultIfEmpty().Max() - ReplayWindow.Size && !taken.Contains(counter);
                    Assert.That(window.TryTake(counter), Is.EqualTo(allowed));
                    if (allowed)
                    {
                        taken.Add(counter);
                    }
                }
            }
        );
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(int.MinValue)]
    public void TryTake_NoCounter_IsRefused(int counter) => Assert.That(new ReplayWindow().TryTake(counter), Is.False);

    [Test]
    public void TryTake_HighestCounter_LeavesOnlyTheWindowBelow()
    {
        var window = new ReplayWindow();

        Assert.That(window.TryTake(int.MaxValue), Is.True);
        Assert.That(window.TryTake(int.MaxValue), Is.False);
        Assert.That(window.TryTake(int.MaxValue - 199), Is.True);
        Assert.That(window.TryTake(int.MaxValue - 200), Is.False);
        Assert.That(window.TryTake(1), Is.False);
    }

    [Test]
    public void TryTake_SameCountersFromManyThreads_EachIsTakenOnce()
    {
        var window = new ReplayWindow();
        var taken = 0;

        Parallel.For(
            0,
            1_600,
            i =>
            {
                if (window.TryTake(i % 100 + 1))
                {
                    Interlocked.Increment(ref taken);
                }
            }
        );

        Assert.That(taken, Is.EqualTo(100));
    }
}
