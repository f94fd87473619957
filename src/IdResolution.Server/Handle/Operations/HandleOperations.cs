using System.Buffers;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Sessions;

namespace IdResolution.Server.Handle.Operations;

/// <summary>The operations on handles and prefixes: bodies in, what the node does, bodies out. Thread-safe.</summary>
internal sealed class HandleOperations(
    CatalogHolder catalog,
    Auditor auditor,
    HandleResolver resolver,
    HandleAdministrator administrator,
    HandleAuthenticator authenticator,
    HandleSite site
)
{
    private static readonly Outcome Unreadable = new(ResponseCode.ProtocolError, "The body cannot be read.");

    /// <summary>Runs a request.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="digest">What the body of the response begins with, where it was asked for.</param>
    /// <param name="send">Sends responses before the last.</param>
    /// <param name="cancellationToken">Ends the work, not a write under way.</param>
    public async ValueTask<Reply> RunAsync(
        HandleExchange exchange,
        DigestField? digest,
        Func<Reply, ValueTask> send,
        CancellationToken cancellationToken
    )
    {
        var (request, identity) = (exchange.Request, exchange.Identity);
        var flags = request.Header.Flags;
        switch (request.Header.OpCode)
        {
            case OpCode.Resolution:
                return ResolutionRequest.TryRead(request.Body.Span, out var resolution)
                    ? await ResolveAsync(resolution, exchange, digest, cancellationToken)
                    : Reply.Of(Unreadable, digest);
            case OpCode.GetSiteInfo:
                return Body(ResponseCode.Success, writer => new SiteInfoResponse(digest, site.Record).Write(writer));
            case OpCode.CreateHandle:
                return ValuesRequest.TryRead(request.Body.Span, out var create)
                    ? await CreateAsync(create, flags, identity, digest, cancellationToken)
                    : Reply.Of(Unreadable, digest);
            case OpCode.AddValue:
                return Reply.Of(
                    ValuesRequest.TryRead(request.Body.Span, out var add)
                        ? await administrator.AddAsync(
                            add.Handle,
                            add.Values,
                            flags.HasFlag(OpFlags.Overwrite),
                            identity,
                            cancellationToken
                        )
                        : Unreadable,
                    digest
                );
            case OpCode.ModifyValue:
                return Reply.Of(
                    ValuesRequest.TryRead(request.Body.Span, out var modify)
                        ? await administrator.ModifyAsync(modify.Handle, modify.Values, identity, cancellationToken)
                        : Unreadable,
                    digest
                );
            case OpCode.RemoveValue:
                return Reply.Of(
                    RemoveValuesRequest.TryRead(request.Body.Span, out var remove)
                        ? await administrator.RemoveAsync(remove.Handle, remove.Indexes, identity, cancellationToken)
                        : Unreadable,
                    digest
                );
            case OpCode.VerifyChallenge:
                return VerifyRequest.TryRead(request.Body.Span, out var verify)
                    ? await VerifyAsync(verify, digest, cancellationToken)
                    : Reply.Of(Unreadable, digest);
            case OpCode.DeleteHandle
            or OpCode.ListHandles
            or OpCode.HomePrefix
            or OpCode.UnhomePrefix
            or OpCode.ListHomedPrefixes:
                return OneHandleRequest.TryRead(request.Body.Span, out var one)
                    ? await RunAsync(request.Header.OpCode, one.Handle, identity, digest, send, cancellationToken)
                    : Reply.Of(Unreadable, digest);
            default:
                return Reply.Of(
                    new Outcome(ResponseCode.OperationNotSupported, "The operation is not supported."),
                    digest
                );
        }
    }

    /// <summary>An operation's name in metrics; few, and the same over all front ends.</summary>
    public static string NameOf(OpCode operation) =>
        operation switch
        {
            OpCode.Resolution => "resolve",
            OpCode.CreateHandle => "register",
            OpCode.AddValue or OpCode.RemoveValue or OpCode.ModifyValue => "update",
            OpCode.DeleteHandle => "revoke",
            OpCode.ListHandles => "list",
            OpCode.HomePrefix or OpCode.UnhomePrefix or OpCode.ListHomedPrefixes => "prefix",
            OpCode.GetSiteInfo => "site",
            OpCode.ChallengeAnswer or OpCode.VerifyChallenge or OpCode.Login => "authenticate",
            OpCode.SessionSetup or OpCode.SessionTerminate or OpCode.SessionExchangeKey => "session",
            _ => "other",
        };

    private async ValueTask<Reply> RunAsync(
        OpCode operation,
        string handle,
        HandleIdentity? identity,
        DigestField? digest,
        Func<Reply, ValueTask> send,
        CancellationToken cancellationToken
    )
    {
        switch (operation)
        {
            case OpCode.DeleteHandle:
                return Reply.Of(await administrator.DeleteAsync(handle, identity, cancellationToken), digest);
            case OpCode.HomePrefix or OpCode.UnhomePrefix:
                return Reply.Of(
                    await administrator.HomeAsync(handle, operation == OpCode.HomePrefix, identity, cancellationToken),
                    digest
                );
            case OpCode.ListHandles:
                var may = await administrator.MayListAsync(handle, identity, cancellationToken);
                return may.IsOk
                    ? await ListAsync(HandleLookup.Parse(handle)!.Suffix, digest, send, cancellationToken)
                    : Reply.Of(may, digest);
            default:
                return administrator.MayAdministerServer(identity) is { } refusal
                    ? Reply.Of(refusal, digest)
                    : await ListHomedAsync(digest, send);
        }
    }

    private async ValueTask<Reply> ResolveAsync(
        ResolutionRequest request,
        HandleExchange exchange,
        DigestField? digest,
        CancellationToken cancellationToken
    )
    {
        var flags = exchange.Request.Header.Flags;
        var outcome = await resolver.ResolveAsync(
            request.Handle,
            request.Indexes,
            request.Types,
            flags.HasFlag(OpFlags.PublicOnly),
            flags.HasFlag(OpFlags.DoNotRefer),
            IdentifyAsync,
            cancellationToken
        );
        var reply = outcome.Code switch
        {
            ResponseCode.Success => Body(
                outcome.Code,
                writer => new ResolutionResponse(digest, request.Handle, outcome.Values).Write(writer)
            ),
            ResponseCode.ServiceReferral or ResponseCode.PrefixReferral => Body(
                outcome.Code,
                writer => new ReferralResponse(digest, outcome.Referral, outcome.Values).Write(writer)
            ),
            _ => Reply.Of(outcome, digest),
        };
        return reply with { IsAuthoritative = !outcome.MayBeOld };

        async ValueTask<HandleIdentity?> IdentifyAsync() =>
            exchange is { IsRemembered: true, Identity: { } known }
            && !await authenticator.IsStillAsync(known, cancellationToken)
                ? null
                : exchange.Identity;
    }

    private async ValueTask<Reply> CreateAsync(
        ValuesRequest request,
        OpFlags flags,
        HandleIdentity? identity,
        DigestField? digest,
        CancellationToken cancellationToken
    )
    {
        var created = await administrator.CreateAsync(
            request.Handle,
            request.Values,
            flags.HasFlag(OpFlags.Overwrite),
            flags.HasFlag(OpFlags.MintSuffix),
            identity,
            cancellationToken
        );
        return created.IsOk
            ? Body(created.Code, writer => new CreateResponse(digest, created.Handle).Write(writer))
            : Reply.Of(created, digest);
    }

    private async ValueTask<Reply> ListAsync(
        string prefix,
        DigestField? digest,
        Func<Reply, ValueTask> send,
        CancellationToken cancellationToken
    )
    {
        await foreach (var page in administrator.ListAsync(prefix, cancellationToken))
        {
            var reply = Body(ResponseCode.Success, writer => new ListResponse(digest, page.Handles).Write(writer));
            if (page.IsLast)
            {
                return reply;
            }
            await send(reply with { Continues = true });
        }
        return Body(ResponseCode.Success, writer => new ListResponse(digest, []).Write(writer));
    }

    private async ValueTask<Reply> ListHomedAsync(DigestField? digest, Func<Reply, ValueTask> send)
    {
        var handles = catalog.Current.Prefixes.Select(p => HandleName.PrefixHandleStart + p.Text).ToList();
        var at = 0;
        for (; handles.Count - at > MessageLimits.HandlesPerList; at += MessageLimits.HandlesPerList)
        {
            var page = handles.GetRange(at, MessageLimits.HandlesPerList);
            await send(
                Body(ResponseCode.Success, writer => new ListResponse(digest, page).Write(writer)) with
                {
                    Continues = true,
                }
            );
        }
        return Body(ResponseCode.Success, writer => new ListResponse(digest, handles[at..]).Write(writer));
    }

    /// <summary>Another server asks whether its challenge was answered with a key that is kept here.</summary>
    private async ValueTask<Reply> VerifyAsync(
        VerifyRequest request,
        DigestField? digest,
        CancellationToken cancellationToken
    )
    {
        var (result, _) = await authenticator.AuthenticateAsync(
            SecretKeyProof.Type,
            request.User,
            secret => SecretKeyProof.Verify(request.SignedResponse, secret, request.Nonce, request.Digest.Digest.Span),
            static _ => ProofResult.Unsupported,
            cancellationToken
        );
        if (result != ProofResult.Right)
        {
            auditor.Denied(Caller.Anonymous, "handle.verify", ErrorCode.AuthenticationFailed);
        }
        return Body(
            ResponseCode.Success,
            writer => new VerifyResponse(digest, result == ProofResult.Right).Write(writer)
        );
    }

    private delegate void BodyWriter(WireWriter writer);

    private static Reply Body(ResponseCode code, BodyWriter write)
    {
        var body = new ArrayBufferWriter<byte>(256);
        write(new WireWriter(body));
        return new Reply(code, body.WrittenMemory);
    }
}
