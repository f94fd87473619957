using System.Buffers;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Handle.Operations;

/// <summary>Puts the frame around responses: header, credential, encryption. Thread-safe.</summary>
internal sealed class HandleResponder(
    ResponseFrame frame,
    HandleSite site,
    CryptoThrottle gate,
    RequestMetrics requests
)
{
    /// <summary>The front end's name in metrics.</summary>
    public const string FrontEnd = "handle";

    /// <summary>A refusal.</summary>
    public static Reply Failed(HandleExchange exchange, Refusal refusal) =>
        Reply.Refused(refusal, DigestOf(exchange.Request, exchange.Version));

    /// <summary>The digest of a request, where it asks for it.</summary>
    public static DigestField? DigestOf(HandleMessage request, ProtocolVersion version) =>
        request.Header.Flags.HasFlag(OpFlags.ReturnDigest) ? RequestDigest.Of(request.Content.Span, version) : null;

    /// <summary>Sends a response, signed and encrypted as it was asked for.</summary>
    public async ValueTask SendAsync(HandleExchange exchange, Reply reply, CancellationToken cancellationToken)
    {
        var request = exchange.Request.Header;
        if (!reply.Continues && requests.Enabled)
        {
            requests.Count(
                FrontEnd,
                HandleOperations.NameOf(request.OpCode),
                reply.Code == ResponseCode.Success ? RequestMetrics.Ok : reply.Code.ToString()
            );
        }
        if (reply.Body.Length > MessageLimits.MaxMessageLength - MessageLimits.HeaderLength - 1_024)
        {
            reply = Failed(
                exchange,
                new Refusal(ResponseCode.Error, "The answer does not fit a message; ask for fewer values.")
            );
        }
        var header = frame.Header(
            in request,
            ForVersion(reply.Code, exchange.Version),
            reply.Body.Length,
            reply.IsAuthoritative
        );
        header = header with
        {
            Flags =
                (header.Flags & ~OpFlags.Continuous)
                | (reply.Continues ? OpFlags.Continuous : OpFlags.None)
                | (reply.Code == ResponseCode.AuthenticationNeeded ? OpFlags.ReturnDigest : OpFlags.None),
        };
        var envelope = new Envelope
        {
            Version = exchange.Version,
            Suggested = ProtocolVersion.Current,
            SessionId = reply.SessionId != 0 ? reply.SessionId : exchange.SessionId,
            RequestId = exchange.Message.Envelope.RequestId,
        };
        var key = exchange.Session?.Key;
        var credential =
            !request.Flags.HasFlag(OpFlags.Certify) ? []
            : key is not null && exchange.Version.IsAtLeast(7)
                ? Credential.Authenticate(envelope, header, reply.Body.Span, key, 0)
            : await SignAsync(envelope, header, reply.Body, cancellationToken);
        var output = new ArrayBufferWriter<byte>(
            MessageLimits.EnvelopeLength + MessageLimits.HeaderLength + reply.Body.Length + credential.Length + 4
        );
        HandleMessage.Write(output, envelope, header, reply.Body.Span, credential);
        ReadOnlyMemory<byte> whole = output.WrittenMemory;
        if (key is not null && (exchange.IsEncrypted || request.Flags.HasFlag(OpFlags.Encrypt)))
        {
            whole = Encrypted(
                envelope,
                SessionCipher.Encrypt(key, exchange.Session!.Version, whole.Span[MessageLimits.EnvelopeLength..])
            );
        }
        await exchange.Sink.SendAsync(whole, cancellationToken);
    }

    /// <summary>
    /// Signs with the site's key; where too many ask for that the response goes unsigned, and clients that insist ask
    /// again.
    /// </summary>
    private async ValueTask<byte[]> SignAsync(
        Envelope envelope,
        MessageHeader header,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await gate.RunAsync(
                () => ValueTask.FromResult(Credential.Sign(envelope, header, body.Span, site.KeyPair)),
                cancellationToken
            );
        }
        catch (BusyException)
        {
            return [];
        }
    }

    private static byte[] Encrypted(Envelope envelope, byte[] message)
    {
        var whole = new byte[MessageLimits.EnvelopeLength + message.Length];
        (envelope with { Flags = EnvelopeFlags.Encrypted, MessageLength = (uint)message.Length }).Write(whole);
        message.CopyTo(whole, MessageLimits.EnvelopeLength);
        return whole;
    }

    /// <summary>Clients from before 2.5 know some codes by others.</summary>
    private static ResponseCode ForVersion(ResponseCode code, ProtocolVersion version) =>
        version.IsAtLeast(5)
            ? code
            : code switch
            {
                ResponseCode.ServerBackup => ResponseCode.PrefixReferral,
                ResponseCode.InvalidValue => ResponseCode.ValueExists,
                _ => code,
            };
}
