using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Options;

namespace IdResolution.Server.Handle.Operations;

/// <summary>Writes the envelope and the header of responses.</summary>
internal sealed class ResponseFrame(NodeOptions options, TimeProvider time)
{
    // Clients discard older messages. Values have their own TTL.
    private const long LifeSeconds = 12 * 3600;

    // In a response these say something of the answer.
    private const OpFlags NotRepeated = OpFlags.Authoritative | OpFlags.Trusted;

    /// <summary>Writes the envelope and the header of a response, 44 bytes.</summary>
    /// <param name="output">The buffer that gets the bytes.</param>
    /// <param name="request">The request's envelope.</param>
    /// <param name="header">The request's header.</param>
    /// <param name="code">The response code.</param>
    /// <param name="bodyLength">The length of the body in bytes.</param>
    /// <param name="credentialLength">The length of the credential in bytes, including its length field.</param>
    /// <param name="isAuthoritative">False if the answer may be stale.</param>
    public void Write(
        Span<byte> output,
        in Envelope request,
        in MessageHeader header,
        ResponseCode code,
        int bodyLength,
        int credentialLength,
        bool isAuthoritative
    )
    {
        new Envelope
        {
            Version = request.Answered,
            Suggested = ProtocolVersion.Current,
            SessionId = request.SessionId,
            RequestId = request.RequestId,
            MessageLength = (uint)(MessageLimits.HeaderLength + bodyLength + credentialLength),
        }.Write(output);
        Header(in header, code, bodyLength, isAuthoritative).Write(output[MessageLimits.EnvelopeLength..]);
    }

    /// <summary>
    /// Makes the header of a response. It repeats the flags of the request, except those about the answer.
    /// </summary>
    public MessageHeader Header(in MessageHeader request, ResponseCode code, int bodyLength, bool isAuthoritative) =>
        new()
        {
            OpCode = request.OpCode,
            ResponseCode = code,
            Flags = (request.Flags & ~NotRepeated) | (isAuthoritative ? OpFlags.Authoritative : OpFlags.None),
            SiteSerial = (ushort)options.Site.Serial,
            RecursionCount = 0,
            Expiration = (uint)(time.GetUtcNow().ToUnixTimeSeconds() + LifeSeconds),
            BodyLength = (uint)bodyLength,
        };
}
