using System.Buffers;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>A request that is to be sent.</summary>
public sealed record HandleRequest
{
    /// <summary>What an unknown peer is spoken to in; <see cref="ProtocolVersion.Current"/> is suggested.</summary>
    private static readonly ProtocolVersion s_first = new(2, 10);

    /// <summary>What is asked for.</summary>
    public required OpCode OpCode { get; init; }

    /// <summary>How it is asked for.</summary>
    public OpFlags Flags { get; init; }

    /// <summary>The body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>A session or a pending challenge; 0 for none.</summary>
    public int SessionId { get; init; }

    /// <summary>Seconds since 1970 UTC; 0 until it is sent, for twelve hours from then.</summary>
    public uint Expiration { get; init; }

    /// <summary>Where this answers a challenge, the request that was challenged: the response is to that one.</summary>
    public HandleRequest? Challenged { get; init; }

    /// <summary>The request of a body.</summary>
    /// <param name="opCode">What is asked for.</param>
    /// <param name="flags">How.</param>
    /// <param name="body">Writes the body.</param>
    public static HandleRequest Of(OpCode opCode, OpFlags flags, BodyWriter body) =>
        new()
        {
            OpCode = opCode,
            Flags = flags,
            Body = Encoded.Of(writer => body(writer)),
        };

    /// <summary>Envelope, header, body and an empty credential.</summary>
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
    /// Whether a message is a response to this: of its operation, and with its digest where there is one. A server that
    /// could not read the request answers with no operation and an error.
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
