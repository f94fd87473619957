using System.Buffers;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Handle.Transport;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Handle.Operations;

/// <summary>Completes responses with header, credential and encryption, and sends them. Thread-safe.</summary>
internal sealed class HandleResponder(
    ResponseFrame frame,
    HandleSite site,
    CryptoThrottle gate,
    LegacyCryptography legacy,
    RequestMetrics requests,
    HandleDenials denials
)
{
    /// <summary>The front end's name in metrics.</summary>
    public const string FrontEnd = "handle";

    // Leaves room for the credential.
    private const int MaxBody = MessageLimits.MaxMessageLength - MessageLimits.HeaderLength - 1_024;

    /// <summary>Makes an error response.</summary>
    public static Reply Failed(HandleExchange exchange, Refusal refusal) =>
        Reply.Refused(refusal, DigestOf(exchange.Request, exchange.Version));

    /// <summary>The digest of a request; null if the request does not ask for it.</summary>
    public static DigestField? DigestOf(HandleMessage request, ProtocolVersion version) =>
        request.Header.Flags.HasFlag(OpFlags.ReturnDigest) ? RequestDigest.Of(request.Content.Span, version) : null;

    /// <summary>Sends a response, signed and encrypted if the request asks for it.</summary>
    public async ValueTask SendAsync(HandleExchange exchange, Reply reply, CancellationToken cancellationToken)
    {
        denials.Note(exchange, reply);
        if (!reply.Continues && requests.Enabled)
        {
            Count(exchange.Request.Header.OpCode, reply.Code);
        }
        if (reply.Body.Length > MaxBody)
        {
            reply = Failed(
                exchange,
                new Refusal(ResponseCode.Error, "The answer does not fit a message; ask for fewer values.")
            );
        }
        var header = HeaderOf(exchange, reply);
        var envelope = EnvelopeOf(exchange, reply);
        var credential = await CredentialAsync(exchange, envelope, header, reply.Body, cancellationToken);
        var output = new ArrayBufferWriter<byte>(
            MessageLimits.EnvelopeLength + MessageLimits.HeaderLength + reply.Body.Length + credential.Length + 4
        );
        HandleMessage.Write(output, envelope, header, reply.Body.Span, credential);
        await exchange.Sink.SendAsync(AsAskedFor(exchange, envelope, output.WrittenMemory), cancellationToken);
    }

    private void Count(OpCode operation, ResponseCode code) =>
        requests.Count(
            FrontEnd,
            HandleOperations.NameOf(operation),
            code == ResponseCode.Success ? RequestMetrics.Ok : code.ToString()
        );

    private static Envelope EnvelopeOf(HandleExchange exchange, Reply reply) =>
        new()
        {
            Version = exchange.Version,
            Suggested = exchange.Peer.SpeaksCaict ? CaictDialect.Suggested : ProtocolVersion.Current,
            SessionId = reply.SessionId != 0 ? reply.SessionId : exchange.SessionId,
            RequestId = exchange.Message.Envelope.RequestId,
        };

    private MessageHeader HeaderOf(HandleExchange exchange, Reply reply)
    {
        var request = exchange.Request.Header;
        var header = frame.Header(
            in request,
            Understood(exchange, reply.Code),
            reply.Body.Length,
            reply.IsAuthoritative
        );
        var flags = header.Flags & ~OpFlags.Continuous;
        if (reply.Continues)
        {
            flags |= OpFlags.Continuous;
        }
        if (reply.Code == ResponseCode.AuthenticationNeeded)
        {
            flags |= OpFlags.ReturnDigest;
        }
        return header with { Flags = flags };
    }

    /// <summary>
    /// The credential, if asked for: a MAC with the session's key, or a signature with the site's key. Versions that
    /// sign over SHA-1 get none, unless weak cryptography is taken.
    /// </summary>
    private ValueTask<byte[]> CredentialAsync(
        HandleExchange exchange,
        Envelope envelope,
        MessageHeader header,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        if (!exchange.Request.Header.Flags.HasFlag(OpFlags.Certify) || !legacy.Takes(exchange.Version))
        {
            return ValueTask.FromResult<byte[]>([]);
        }
        return exchange.Session?.Key is { } key && exchange.Version.IsAtLeast(7)
            ? ValueTask.FromResult(Credential.Authenticate(envelope, header, body.Span, key, 0))
            : SignAsync(exchange.Peer, envelope, header, body, cancellationToken);
    }

    /// <summary>The message, encrypted if the request was encrypted or asks for it.</summary>
    private static ReadOnlyMemory<byte> AsAskedFor(
        HandleExchange exchange,
        Envelope envelope,
        ReadOnlyMemory<byte> whole
    )
    {
        var isEncrypted = exchange.IsEncrypted || exchange.Request.Header.Flags.HasFlag(OpFlags.Encrypt);
        return isEncrypted && exchange.Session is { Key: { } key, Version: var version }
            ? Encrypted(envelope, SessionCipher.Encrypt(key, version, whole.Span[MessageLimits.EnvelopeLength..]))
            : whole;
    }

    /// <summary>
    /// Signs with the site's key. If too many wait, the response is unsigned; clients that need a signature ask again.
    /// </summary>
    private async ValueTask<byte[]> SignAsync(
        HandlePeer peer,
        Envelope envelope,
        MessageHeader header,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await gate.RunAsync(
                peer,
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

    /// <summary>The code in the client's terms. Before version 2.5 some errors have other codes.</summary>
    private static ResponseCode Understood(HandleExchange exchange, ResponseCode code)
    {
        if (exchange.Peer.SpeaksCaict)
        {
            return CaictDialect.CodeOf(code, exchange.Request.Header.OpCode);
        }
        return code switch
        {
            ResponseCode.ServerBackup when !exchange.Version.IsAtLeast(5) => ResponseCode.PrefixReferral,
            ResponseCode.InvalidValue when !exchange.Version.IsAtLeast(5) => ResponseCode.ValueExists,
            _ => code,
        };
    }
}
