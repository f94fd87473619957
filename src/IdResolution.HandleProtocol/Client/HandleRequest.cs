using System.Buffers;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>A request to a server, in the clear and without a credential.</summary>
public sealed record HandleRequest
{
    /// <summary>The version for an unknown server; <see cref="ProtocolVersion.Current"/> is suggested.</summary>
    private static readonly ProtocolVersion s_first = new(2, 10);

    /// <summary>The operation to carry out.</summary>
    public required OpCode OpCode { get; init; }

    /// <summary>Options of the operation.</summary>
    public OpFlags Flags { get; init; }

    /// <summary>The bytes of the body, without header.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The session or pending challenge that the request belongs to; 0 for none.</summary>
    public int SessionId { get; init; }

    /// <summary>Seconds since 1970 UTC. The transport replaces 0 by the time of sending plus twelve hours.</summary>
    public uint Expiration { get; init; }

    /// <summary>The challenged request, if this one answers a challenge; the response belongs to it.</summary>
    public HandleRequest? Challenged { get; init; }

    /// <summary>Makes a request from a delegate that writes its body.</summary>
    /// <param name="opCode">The operation to carry out.</param>
    /// <param name="flags">Options of the operation.</param>
    /// <param name="body">Writes the body; called once, at once.</param>
    public static HandleRequest Of(OpCode opCode, OpFlags flags, BodyWriter body) =>
        new()
        {
            OpCode = opCode,
            Flags = flags,
            Body = Encoded.Of(writer => body(writer)),
        };

    /// <summary>The bytes of the message: envelope, header, body and an empty credential.</summary>
    public byte[] ToMessage(int requestId)
    {
        var output = new ArrayBufferWriter<byte>(Body.Length + 64);
        var envelope = new Envelope
        {
            Version = s_first,
            Suggested = ProtocolVersion.Current,
            SessionId = SessionId,
            RequestId = requestId,
        };
        HandleMessage.Write(output, envelope, Header, Body.Span);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>
    /// True if a message is a response to this request: it has the same operation and, if it has a digest, the digest
    /// of this request. A server that could not read the request answers with operation 0 and an error.
    /// </summary>
    public bool IsAnsweredBy(HandleMessage message)
    {
        var asked = Challenged ?? this;
        if (message.Header.ResponseCode == ResponseCode.None || message.Envelope.Flags.HasFlag(EnvelopeFlags.Encrypted))
        {
            return false;
        }
        if (message.Header.OpCode != asked.OpCode && message.Header.OpCode != OpCode)
        {
            return message.Header.OpCode == OpCode.None && message.Header.ResponseCode != ResponseCode.Success;
        }
        if (!message.Header.Flags.HasFlag(OpFlags.ReturnDigest))
        {
            return message.Header.ResponseCode != ResponseCode.AuthenticationNeeded;
        }
        var reader = new WireReader(message.Body.Span);
        return DigestField.TryRead(ref reader, out var digest)
            && (
                RequestDigest.Matches(digest, Content())
                || (Challenged is not null && RequestDigest.Matches(digest, asked.Content()))
            );
    }

    private MessageHeader Header =>
        new()
        {
            OpCode = OpCode,
            Flags = Flags,
            SiteSerial = MessageHeader.UnknownSiteSerial,
            Expiration = Expiration,
        };

    private byte[] Content() => ToMessage(0)[MessageLimits.EnvelopeLength..^4];
}
