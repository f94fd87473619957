using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// The credential of a message (RFC 3652 §2.2.4): a signature with a public key, or a MAC with a session's key.
/// </summary>
public sealed class Credential
{
    /// <summary>The type of a credential that is a signature.</summary>
    public const string Signed = "HS_SIGNED";

    /// <summary>The type of a credential that is a MAC.</summary>
    public const string Mac = "HS_MAC";

    private const string OldSigned = "HS_DSAPUBKEY";
    private const int MaxTypeLength = 64;
    private const int LongestMac = 32;

    private Credential(int sessionCounter, string type, byte[] hashName, byte[] value) =>
        (SessionCounter, Type, _hashName, _value) = (sessionCounter, type, hashName, value);

    private readonly byte[] _hashName;
    private readonly byte[] _value;

    /// <summary>The number of the message within its session; see <see cref="ReplayWindow"/>.</summary>
    public int SessionCounter { get; }

    /// <summary>The type. HS_DSAPUBKEY is an old name of HS_SIGNED.</summary>
    public string Type { get; }

    /// <summary>True for a signature with a public key.</summary>
    public bool IsSigned => Type is Signed or OldSigned;

    /// <summary>True for a MAC with a session's key.</summary>
    public bool IsMac => Type == Mac;

    /// <summary>
    /// Reads the credential of a message, without the length before it; false if it is malformed. The signer (RFC 3652)
    /// is not read: all senders leave it empty.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Credential? credential)
    {
        credential = null;
        var reader = new WireReader(bytes);
        if (
            !reader.TryByte(out _)
            || !reader.TryByte(out _)
            || !reader.TryUInt16(out _)
            || !reader.TryArray(out _)
            || !reader.TryInt32(out var counter)
            || !reader.TryArray(out var type)
            || type.Length > MaxTypeLength
            || !reader.TryArray(out var section)
            || !reader.Rest.IsEmpty
        )
        {
            return false;
        }
        var inner = new WireReader(section);
        if (
            !inner.TryArray(out var hashName)
            || hashName.Length > MaxTypeLength
            || !inner.TryArray(out var value)
            || !inner.Rest.IsEmpty
        )
        {
            return false;
        }
        credential = new Credential(counter, Encoding.UTF8.GetString(type), hashName.ToArray(), value.ToArray());
        return true;
    }

    /// <summary>Signs a message with a key pair.</summary>
    /// <param name="envelope">The envelope that will be sent; its message length is not covered.</param>
    /// <param name="header">The header; its body length is set here.</param>
    /// <param name="body">The body that will be sent.</param>
    /// <param name="key">The key pair of the sender.</param>
    /// <param name="sessionCounter">The number of the message within its session; 0 without a session.</param>
    /// <returns>The credential to pass to <see cref="HandleMessage.Write"/>.</returns>
    public static byte[] Sign(
        Envelope envelope,
        MessageHeader header,
        ReadOnlySpan<byte> body,
        KeyPair key,
        int sessionCounter = 0
    )
    {
        var hash = key.UsualHash(envelope.Version);
        return Write(
            sessionCounter,
            Signed,
            Encoding.ASCII.GetBytes(hash.ToWire()),
            key.Sign(hash, Covered(envelope, sessionCounter, Content(header, body)))
        );
    }

    /// <summary>Makes the MAC of a message with a session's key. Parameters as in <see cref="Sign"/>.</summary>
    /// <exception cref="NotSupportedException">
    /// The version is 2.5 or 2.6, in which MACs are not supported (response code 501).
    /// </exception>
    public static byte[] Authenticate(
        Envelope envelope,
        MessageHeader header,
        ReadOnlySpan<byte> body,
        SessionKey key,
        int sessionCounter
    )
    {
        if (!HasMac(envelope.Version))
        {
            throw new NotSupportedException();
        }
        Span<byte> mac = stackalloc byte[LongestMac];
        var length = ComputeMac(envelope, sessionCounter, Content(header, body), key, mac);
        return Write(sessionCounter, Mac, MacName(envelope.Version), mac[..length]);
    }

    /// <summary>Tells whether the message was signed with this key; unsupported if there is no signature.</summary>
    public ProofResult Verify(HandleMessage message, PublicKey key) =>
        IsSigned
            ? key.Verify(
                ((ReadOnlySpan<byte>)_hashName).ToSignatureHash(),
                Covered(message.Envelope, SessionCounter, message.Content.Span),
                _value
            )
            : ProofResult.Unsupported;

    /// <summary>
    /// Tells whether the message has the right MAC of a session. Ask the session's <see cref="ReplayWindow"/>
    /// afterwards.
    /// </summary>
    public ProofResult Verify(HandleMessage message, SessionKey key)
    {
        // The version decides the hash: a peer cannot ask for a weaker one.
        if (!IsMac || !HasMac(message.Envelope.Version) || !IsMacName(message.Envelope.Version))
        {
            return ProofResult.Unsupported;
        }
        Span<byte> mac = stackalloc byte[LongestMac];
        var length = ComputeMac(message.Envelope, SessionCounter, message.Content.Span, key, mac);
        return CryptographicOperations.FixedTimeEquals(mac[..length], _value) ? ProofResult.Right : ProofResult.Wrong;
    }

    private static byte[] Write(int sessionCounter, string type, ReadOnlySpan<byte> hashName, ReadOnlySpan<byte> value)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.Int32(0);
        writer.Array([]);
        writer.Int32(sessionCounter);
        writer.Text(type);
        writer.Int32(8 + hashName.Length + value.Length);
        writer.Array(hashName);
        writer.Array(value);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Content(MessageHeader header, ReadOnlySpan<byte> body)
    {
        var content = new byte[MessageLimits.HeaderLength + body.Length];
        (header with { BodyLength = (uint)body.Length }).Write(content);
        body.CopyTo(content.AsSpan(MessageLimits.HeaderLength));
        return content;
    }

    /// <summary>The bytes that a signature covers; from 2.6 on, parts of the envelope too.</summary>
    internal static byte[] Covered(Envelope envelope, int sessionCounter, ReadOnlySpan<byte> content)
    {
        Span<byte> start = stackalloc byte[16];
        return [.. start[..CoveredStart(envelope, sessionCounter, start)], .. content];
    }

    private static int CoveredStart(Envelope envelope, int sessionCounter, Span<byte> start)
    {
        var version = envelope.Version;
        if (!version.IsAtLeast(6))
        {
            return 0;
        }
        start.Clear();
        start[0] = version.Major;
        start[1] = version.Minor;
        if (!version.IsAtLeast(7))
        {
            // Version 2.6 writes its numbers over each other; six zeros remain at the end.
            BinaryPrimitives.WriteInt32BigEndian(start[2..], envelope.SessionId);
            BinaryPrimitives.WriteInt32BigEndian(start[4..], sessionCounter);
            return 14;
        }
        var at = 2;
        if (version.IsAtLeast(8))
        {
            start[at++] = envelope.Suggested.Major;
            start[at++] = envelope.Suggested.Minor;
        }
        BinaryPrimitives.WriteInt32BigEndian(start[at..], envelope.SessionId);
        BinaryPrimitives.WriteInt32BigEndian(start[(at + 4)..], envelope.RequestId);
        BinaryPrimitives.WriteInt32BigEndian(start[(at + 8)..], sessionCounter);
        return at + 12;
    }

    private static bool HasMac(ProtocolVersion version) => version.IsAtLeast(7) || !version.IsAtLeast(5);

    /// <summary>Before 2.5 a number stands for the hash instead of its name.</summary>
    private static byte[] MacName(ProtocolVersion version) =>
        version.IsAtLeast(7) ? "HMAC-SHA256"u8.ToArray() : [DigestField.Sha1];

    private bool IsMacName(ProtocolVersion version) =>
        _hashName.AsSpan().SequenceEqual(MacName(version))
        || (!version.IsAtLeast(7) && ((ReadOnlySpan<byte>)_hashName).ToSignatureHash() == SignatureHash.Sha1);

    private static int ComputeMac(
        Envelope envelope,
        int sessionCounter,
        ReadOnlySpan<byte> content,
        SessionKey key,
        Span<byte> mac
    )
    {
        Span<byte> start = stackalloc byte[16];
        var covered = start[..CoveredStart(envelope, sessionCounter, start)];
        return envelope.Version.IsAtLeast(7)
            ? KeyedDigest.Hmac(HashAlgorithmName.SHA256, key.Bytes, covered, content, mac)
            : KeyedDigest.Enclosed(HashAlgorithmName.SHA1, key.Bytes, covered, content, mac);
    }
}
