using System.Buffers;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Security;

[TestFixture]
public sealed class CredentialTests
{
    private static readonly byte[] Body = Hex.Of("00000001 41 00000000");
    private static readonly MessageHeader Header = new()
    {
        OpCode = OpCode.Resolution,
        ResponseCode = ResponseCode.Success,
        Flags = OpFlags.Certify,
        SiteSerial = 1,
    };

    /// <summary>Python 3: <c>hmac.new(key, covered + header + body, 'sha256')</c>.</summary>
    private const string Mac211 = """
        00 00 0000 00000000 00000009 00000006 48535f4d4143 00000033
        0000000b 484d41432d534841323536 00000020 9687b6663ba08139f9227385b0e2f2ceeb9d1f457a453e82167b2b60d34c146d
        """;

    /// <summary>The same without the suggested version in what is covered.</summary>
    private const string Mac27 = """
        00 00 0000 00000000 00000009 00000006 48535f4d4143 00000033
        0000000b 484d41432d534841323536 00000020 d6e01fe10a33b2b5e6b4e06462cd76a2d13c8ab55eabbe47aa27c6a75a9140b3
        """;

    /// <summary>Python 3: <c>hashlib.sha1(key + header + body + key)</c>.</summary>
    private const string Mac24 = """
        00 00 0000 00000000 00000009 00000006 48535f4d4143 0000001d
        00000001 02 00000014 f26e3c083bc3757eabc811e8a4d01dd6df7731e3
        """;

    /// <summary>Made with <c>openssl dgst -sha256 -sign</c> over covered, header and body.</summary>
    private const string Signed211 = """
        00 00 0000 00000000 00000009 00000009 48535f5349474e4544 0000008f 00000007 5348412d323536 00000080
        c317c089739eb610f150456930323738569e7319f32ab1a406af8e64ecbb068f49cb5e13a0423d47e99fdbcdd32b315ebf0b499b156e2207906e86d3d88a68d0
        07d0a4b33b34c4b351e4f1d6ee1807b7359605fcff767c3aef57abb2a16e9fcdd032651e597939fb4952bad981b38b9bf157a5844bde62cf7892ad25ee37a2d0
        """;

    /// <summary>Made with <c>openssl dgst -sha1 -sign</c> over header and body.</summary>
    private const string Signed24 = """
        00 00 0000 00000000 00000009 00000009 48535f5349474e4544 0000008c 00000004 53484131 00000080
        8f87719e371f9a755c7b9598107b9c592e171748537d63fc7a2692a7994a4b2f5070ad0de8876e0f21509e6a2a90d517ce4a899151b99dd78eae0f115d2a1c18
        7b2c1ff9af8fbb355ad14f72291a82d3c5e82e76ff3d9deb58e206e1a0e07c0ccb9daf34210eec8144fe10ab802c37f99c040cc2851824b90e75cac01d3ee115
        """;

    private static SessionKey Session { get; } = SessionKey.Generate(SessionKeyAlgorithm.Aes);

    [Test]
    public void Verify_SignedMessage_IsRightForItsKeyAlone([Values(1, 4, 5, 6, 7, 8, 11)] int minor)
    {
        var envelope = EnvelopeOf(minor);
        var message = Send(envelope, Credential.Sign(envelope, Header, Body, Keys.Pair, 9));

        var credential = Read(message);

        Assert.That(credential.Type, Is.EqualTo(Credential.Signed));
        Assert.That(credential.SessionCounter, Is.EqualTo(9));
        Assert.That(credential.Verify(message, Keys.Pair.PublicKey), Is.EqualTo(ProofResult.Right));
        Assert.That(credential.Verify(message, Session), Is.EqualTo(ProofResult.Unsupported));
        var other = Keys.Other;
        Assert.That(credential.Verify(message, other.PublicKey), Is.EqualTo(ProofResult.Wrong));
    }

    [Test]
    public void Verify_MessageUnderASession_IsRightForItsKeyAlone([Values(1, 4, 7, 8, 11)] int minor)
    {
        var envelope = EnvelopeOf(minor);
        var message = Send(envelope, Credential.Authenticate(envelope, Header, Body, Session, 9));

        var credential = Read(message);

        Assert.That(credential.IsMac, Is.True);
        Assert.That(credential.Verify(message, Session), Is.EqualTo(ProofResult.Right));
        Assert.That(credential.Verify(message, Keys.Pair.PublicKey), Is.EqualTo(ProofResult.Unsupported));
        Assert.That(
            credential.Verify(message, SessionKey.Generate(SessionKeyAlgorithm.Aes)),
            Is.EqualTo(ProofResult.Wrong)
        );
    }

    [Test]
    public void Authenticate_VersionWithBrokenMacs_IsNotSupported([Values(5, 6)] int minor)
    {
        Assert.That(
            () => Credential.Authenticate(EnvelopeOf(minor), Header, Body, Session, 1),
            Throws.InstanceOf<NotSupportedException>()
        );
        var other = EnvelopeOf(11);
        var message = Send(EnvelopeOf(minor), Credential.Authenticate(other, Header, Body, Session, 1));
        Assert.That(Read(message).Verify(message, Session), Is.EqualTo(ProofResult.Unsupported));
    }

    /// <summary>A peer that names the weaker MAC of old versions does not get it.</summary>
    [Test]
    public void Verify_MacOfAnOldVersionInANewOne_IsUnsupported()
    {
        var message = Send(EnvelopeOf(11), Credential.Authenticate(EnvelopeOf(4), Header, Body, Session, 1));

        Assert.That(Read(message).Verify(message, Session), Is.EqualTo(ProofResult.Unsupported));
    }

    [TestCase(11, "020b020b 00000007 00000003 00000009")]
    [TestCase(8, "0208020b 00000007 00000003 00000009")]
    [TestCase(7, "0207 00000007 00000003 00000009")]
    [TestCase(6, "0206 0000 00000009 000000000000")]
    [TestCase(5, "")]
    public void Covered_Version_StartsAsTheReference(int minor, string start) =>
        Assert.That(Credential.Covered(EnvelopeOf(minor), 9, [0xFF]), Is.EqualTo((byte[])[.. Hex.Of(start), 0xFF]));

    [TestCase(11, Mac211)]
    [TestCase(7, Mac27)]
    [TestCase(4, Mac24)]
    public void Authenticate_UnderAKnownKey_IsTheCredentialOfTheVersion(int minor, string hex)
    {
        Assert.That(SessionKey.TryRead(Hex.Of("00000003 000102030405060708090a0b0c0d0e0f"), out var key), Is.True);
        var bytes = Hex.Of(hex);

        Assert.That(Credential.Authenticate(EnvelopeOf(minor), Header, Body, key!, 9), Is.EqualTo(bytes));
        var message = Send(EnvelopeOf(minor), bytes);
        var credential = Read(message);
        Assert.That(
            (credential.Type, credential.IsMac, credential.IsSigned, credential.SessionCounter),
            Is.EqualTo(("HS_MAC", true, false, 9))
        );
        Assert.That(credential.Verify(message, key!), Is.EqualTo(ProofResult.Right));
        Properties.AssertPrefixesRefused(bytes, prefix => Credential.TryRead(prefix, out _));
        Assert.That(Credential.TryRead([.. bytes, 0], out _), Is.False);
    }

    [TestCase(11, Signed211)]
    [TestCase(4, Signed24)]
    public void Sign_WithAKnownKey_IsTheCredentialOfTheVersion(int minor, string hex)
    {
        Assert.That(KeyPair.TryFromPem(Keys.ShortRsaPem, out var pair), Is.True);
        using (pair)
        {
            Assert.That(Credential.Sign(EnvelopeOf(minor), Header, Body, pair!, 9), Is.EqualTo(Hex.Of(hex)));
            var message = Send(EnvelopeOf(minor), Hex.Of(hex));
            var credential = Read(message);
            Assert.That(
                (credential.Type, credential.IsMac, credential.IsSigned, credential.SessionCounter),
                Is.EqualTo(("HS_SIGNED", false, true, 9))
            );
            Assert.That(credential.Verify(message, pair!.PublicKey), Is.EqualTo(ProofResult.Right));
        }
    }

    /// <summary>Old peers name signatures so; it is never written.</summary>
    [Test]
    public void Read_SignatureUnderItsOldName_IsVerified()
    {
        Assert.That(KeyPair.TryFromPem(Keys.ShortRsaPem, out var pair), Is.True);
        using (pair)
        {
            var message = Send(
                EnvelopeOf(4),
                Hex.Of(
                    Signed24.Replace(
                        "00000009 48535f5349474e4544",
                        "0000000c 48535f4453415055424b4559",
                        StringComparison.Ordinal
                    )
                )
            );
            var credential = Read(message);
            Assert.That(
                (credential.Type, credential.IsMac, credential.IsSigned),
                Is.EqualTo(("HS_DSAPUBKEY", false, true))
            );
            Assert.That(credential.Verify(message, pair!.PublicKey), Is.EqualTo(ProofResult.Right));
            Assert.That(credential.Verify(message, Keys.Other.PublicKey), Is.EqualTo(ProofResult.Wrong));
        }
    }

    [Test]
    public void Verify_AnyBitOfWhatIsCoveredChanged_IsNotRight()
    {
        var output = new ArrayBufferWriter<byte>();
        var envelope = EnvelopeOf(10);
        HandleMessage.Write(
            output,
            envelope,
            Header,
            Body,
            Credential.Authenticate(envelope, Header, Body, Session, 9)
        );

        // All but what the credential never covers: flags, packet number and length in the envelope, and its own unread
        // start.
        var flagBits = Enumerable.Range(16, 6);
        var uncovered = flagBits
            .Concat(Enumerable.Range(12 * 8, 64))
            .Concat(Enumerable.Range((20 + 24 + Body.Length + 4) * 8, 32))
            .ToHashSet();
        var whole = output.WrittenSpan.ToArray();
        Assert.That(
            Enumerable
                .Range(0, whole.Length * 8)
                .Where(bit => !uncovered.Contains(bit))
                .Where(bit =>
                {
                    var changed = (byte[])whole.Clone();
                    changed[bit / 8] ^= (byte)(0x80 >> (bit % 8));
                    return Envelope.TryRead(changed, out var read)
                        && HandleMessage.TryParse(read, changed.AsMemory(20), out var message)
                        && Credential.TryRead(message.Credential.Span, out var credential)
                        && credential.Verify(message, Session) == ProofResult.Right;
                }),
            Is.Empty
        );
    }

    /// <summary>Version 2.6 covers the upper half of the session's number alone.</summary>
    [Test]
    public void Covered_SessionInVersion26_IsItsUpperTwoBytes() =>
        Assert.That(
            Credential.Covered(EnvelopeOf(6) with { SessionId = 0x01020304 }, 9, [0xFF]),
            Is.EqualTo(Hex.Of("0206 0102 00000009 000000000000 ff"))
        );

    /// <summary>The version decides the hash of a MAC; an old one may have it by number or by name.</summary>
    [TestCase(4, Mac24, "0000001d 00000001 02", "00000020 00000004 53484131", ProofResult.Right)]
    [TestCase(4, Mac24, "0000001d 00000001 02", "0000001f 00000003 4d4435", ProofResult.Unsupported)]
    [TestCase(
        11,
        Mac211,
        "00000033 0000000b 484d41432d534841323536",
        "0000002c 00000004 53484131",
        ProofResult.Unsupported
    )]
    public void Verify_MacUnderAnotherName_IsForOldVersionsAndTheirHashAlone(
        int minor,
        string hex,
        string name,
        string other,
        ProofResult result
    )
    {
        Assert.That(SessionKey.TryRead(Hex.Of("00000003 000102030405060708090a0b0c0d0e0f"), out var key), Is.True);
        var bytes = Hex.Of(
            Convert
                .ToHexString(Hex.Of(hex))
                .Replace(
                    Convert.ToHexString(Hex.Of(name)),
                    Convert.ToHexString(Hex.Of(other)),
                    StringComparison.Ordinal
                )
        );

        var message = Send(EnvelopeOf(minor), bytes);

        Assert.That(Read(message).Verify(message, key!), Is.EqualTo(result));
    }

    [Test]
    public void Verify_SignatureUnderTheTypeOfAMac_IsUnsupported()
    {
        Assert.That(KeyPair.TryFromPem(Keys.ShortRsaPem, out var pair), Is.True);
        using (pair)
        {
            var message = Send(
                EnvelopeOf(4),
                Hex.Of(
                    Signed24.Replace("00000009 48535f5349474e4544", "00000006 48535f4d4143", StringComparison.Ordinal)
                )
            );

            Assert.That(Read(message).Verify(message, pair!.PublicKey), Is.EqualTo(ProofResult.Unsupported));
        }
    }

    [TestCase(64, 64, true)]
    [TestCase(65, 64, false)]
    [TestCase(64, 65, false)]
    public void TryRead_NamesOfALength_AreReadUpTo64Bytes(int type, int hashName, bool isRead)
    {
        byte[] section = [.. Hex.Of($"{hashName:x8}"), .. new byte[hashName], .. Hex.Of("00000001 aa")];
        byte[] bytes =
        [
            .. Hex.Of($"00 00 0000 00000000 00000009 {type:x8}"),
            .. new byte[type],
            .. Hex.Of($"{section.Length:x8}"),
            .. section,
        ];

        Assert.That(Credential.TryRead(bytes, out _), Is.EqualTo(isRead));
    }

    [TestCase("00 00 0000 00000000 00000009 00000001 61 0000000a 00000001 62 00000001 aa", true)]
    [TestCase("00 00 0000 00000000 00000009 00000001 61 0000000b 00000001 62 00000001 aa 00", false)]
    [TestCase("00 00 0000 00000000 00000009 00000001 61 00000005 00000001 62", false)]
    [TestCase("00 00 0000 00000000 00000009 00000001 61 00000000", false)]
    public void TryRead_Section_HoldsNameAndValueAndNothingElse(string hex, bool isRead) =>
        Assert.That(Credential.TryRead(Hex.Of(hex), out _), Is.EqualTo(isRead));

    [Test]
    public void TryRead_AnyBytes_NeverThrows()
    {
        var message = Send(EnvelopeOf(11), []);
        Properties.AssertNeverThrows(
            Credential.Authenticate(EnvelopeOf(11), Header, Body, Session, 9),
            bytes =>
            {
                if (Credential.TryRead(bytes, out var credential))
                {
                    credential.Verify(message, Session);
                    credential.Verify(message, Keys.Pair.PublicKey);
                }
            }
        );
    }

    private static Envelope EnvelopeOf(int minor) =>
        new()
        {
            Version = new ProtocolVersion(2, (byte)minor),
            Suggested = ProtocolVersion.Current,
            SessionId = 7,
            RequestId = 3,
        };

    private static HandleMessage Send(Envelope envelope, byte[] credential)
    {
        var output = new ArrayBufferWriter<byte>();
        HandleMessage.Write(output, envelope, Header, Body, credential);
        Assert.That(Envelope.TryRead(output.WrittenSpan, out var read), Is.True);
        Assert.That(HandleMessage.TryParse(read, output.WrittenMemory[20..], out var message), Is.True);
        return message!;
    }

    private static Credential Read(HandleMessage message)
    {
        Assert.That(Credential.TryRead(message.Credential.Span, out var credential), Is.True);
        return credential!;
    }
}
