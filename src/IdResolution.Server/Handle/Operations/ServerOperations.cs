using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Sessions;

namespace IdResolution.Server.Handle.Operations;

/// <summary>Operations about the server itself: its site, proofs for other servers, backups. Thread-safe.</summary>
internal sealed class ServerOperations(HandleSite site, HandleAuthenticator authenticator, BackupAdministrator backups)
{
    /// <summary>Runs a request. Operations that are not known are refused.</summary>
    public async ValueTask<Reply> RunAsync(
        HandleExchange exchange,
        DigestField? digest,
        CancellationToken cancellationToken
    )
    {
        switch (exchange.Request.Header.OpCode)
        {
            case OpCode.GetSiteInfo:
                return Reply.With(
                    ResponseCode.Success,
                    writer => new SiteInfoResponse(digest, site.Record).Write(writer)
                );
            case OpCode.VerifyChallenge:
                return await VerifyAsync(exchange, digest, cancellationToken);
            case OpCode.Backup:
                return Reply.Of(await backups.MakeAsync(exchange.Identity, cancellationToken), digest);
            default:
                return Reply.Refused(
                    new Refusal(ResponseCode.OperationNotSupported, "The operation is not supported."),
                    digest
                );
        }
    }

    /// <summary>Answers another server that asks if its challenge was answered with a key kept here.</summary>
    private async ValueTask<Reply> VerifyAsync(
        HandleExchange exchange,
        DigestField? digest,
        CancellationToken cancellationToken
    )
    {
        if (!VerifyRequest.TryRead(exchange.Request.Body.Span, out var request))
        {
            return Reply.Unreadable(digest);
        }
        var isRight = await authenticator.VerifyAsync(request, exchange.Peer.Sender, cancellationToken);
        return Reply.With(ResponseCode.Success, writer => new VerifyResponse(digest, isRight).Write(writer));
    }
}
