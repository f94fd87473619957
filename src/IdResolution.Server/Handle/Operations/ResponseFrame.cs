using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Options;

namespace IdResolution.Server.Handle.Operations;

/// <summary>Writes what every response begins with.</summary>
internal sealed class ResponseFrame(NodeOptions options, TimeProvider time)
{
    // Clients throw away what is older; ours have TTLs of their own.
    private const long LifeSeconds = 12 * 3600;

    /// <summary>Writes envelope and header of a response, 44 bytes.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="request">The request's envelope.</param>
    /// <param name="header">The request's header.</param>
    /// <param name="code">The response code.</param>
    /// <param name="bodyLength">Bytes of the body.</param>
    /// <param name="credentialLength">Bytes of the credential, its length included.</param>
    /// <param name="isAuthoritative">False where the answer may be old.</param>
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
    /// The header of a response: the request's flags, and whether it comes from where the records are.
    /// </summary>
    public MessageHeader Header(in MessageHeader request, ResponseCode code, int bodyLength, bool isAuthoritative) =>
        new()
        {
            OpCode = request.OpCode,
            ResponseCode = code,
            Flags = isAuthoritative ? request.Flags | OpFlags.Authoritative : request.Flags & ~OpFlags.Authoritative,
            SiteSerial = (ushort)options.Site.Serial,
            RecursionCount = 0,
            Expiration = (uint)(time.GetUtcNow().ToUnixTimeSeconds() + LifeSeconds),
            BodyLength = (uint)bodyLength,
        };
}
