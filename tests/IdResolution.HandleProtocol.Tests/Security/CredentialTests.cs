using System.Buffers;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;

namespace IdResolution.HandleProtocol.Tests.Security;

[TestFixture]
public sealed class CredentialTests
{
    private static readonly byte[] Body = Hex.Of("00000001 41 00000000");
    private static readonly MessageHeader Header = new() { OpCode = OpCode.Resolution, ResponseCode = ResponseCode.Success, Flags = OpFlags.Certify, SiteSerial = 1 };

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
        Assert.That(credential.Verify(message, SessionKey.Generate(SessionKeyAlgorithm.Aes)), Is.EqualTo(ProofResult.Wrong));
    }

    [Test]
    public void Authenticate_VersionWithBrokenMacs_IsNotSupported([Values(5, 6)] int minor)
    {
        Assert.That(() => Credential.Authenticate(EnvelopeOf(minor), Header, Body, Session, 1), Throws.InstanceOf<NotSupportedException>());
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

    [Test]
    public void Write_Credential_IsTheLayoutOfTheReference()
    {
        var bytes = Credential.Authenticate(EnvelopeOf(11), Header, Body, Session, 9);

        var start = Hex.Of("00 00 0000 00000000 00000009 00000006 48535f4d4143 00000033 0000000b 484d41432d534841323536 00000020");
        Assert.That(bytes[..start.Length], Is.EqualTo(start));
        Assert.That(bytes, Has.Length.EqualTo(start.Length + 32));
        Properties.AssertPrefixesRefused(bytes, prefix => Credential.TryRead(prefix, out _));
        Assert.That(Credential.TryRead([.. bytes, 0], out _), Is.False);
    }

    [Test]
    public void Verify_AnyBitOfWhatIsCoveredChanged_IsNotRight()
    {
        var output = new ArrayBufferWriter<byte>();
        var envelope = EnvelopeOf(10);
        HandleMessage.Write(output, envelope, Header, Body, Credential.Authenticate(envelope, Header, Body, Session, 9));

        // All but what the credential never covers: flags, packet number and length in the envelope, and its own unread start.
        var flagBits = Enumerable.Range(16, 6);
        var uncovered = flagBits.Concat(Enumerable.Range(12 * 8, 64)).Concat(Enumerable.Range((20 + 24 + Body.Length + 4) * 8, 32)).ToHashSet();
        var whole = output.WrittenSpan.ToArray();
        Assert.That(
            Enumerable.Range(0, whole.Length * 8).Where(bit => !uncovered.Contains(bit)).Where(bit =>
            {
                var changed = (byte[])whole.Clone();
                changed[bit / 8] ^= (byte)(0x80 >> (bit % 8));
                return Envelope.TryRead(changed, out var read) && HandleMessage.TryParse(read, changed.AsMemory(20), out var message)
                    && Credential.TryRead(message.Credential.Span, out var credential) && credential.Verify(message, Session) == ProofResult.Right;
            }),
            Is.Empty);
    }

    [Test]
    public void TryRead_AnyBytes_NeverThrows()
    {
        var message = Send(EnvelopeOf(11), []);
        Properties.AssertNeverThrows(Credential.Authenticate(EnvelopeOf(11), Header, Body, Session, 9), bytes =>
        {
            if (Credential.TryRead(bytes, out var credential))
            {
                credential.Verify(message, Session);
                credential.Verify(message, Keys.Pair.PublicKey);
            }
        });
    }

    private static Envelope EnvelopeOf(int minor) => new() { Version = new ProtocolVersion(2, (byte)minor), Suggested = ProtocolVersion.Current, SessionId = 7, RequestId = 3 };

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
