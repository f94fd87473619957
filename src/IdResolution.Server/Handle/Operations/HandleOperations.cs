using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Codec;
using IdResolution.Server.Handle.Sessions;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// Operations on handles and prefixes: reads the body, calls the core, writes the response's body. Thread-safe.
/// </summary>
internal sealed class HandleOperations(
    HandleResolver resolver,
    HandleAdministrator administrator,
    PrefixAdministrator prefixes,
    HandleAuthenticator authenticator,
    RecordValues records,
    ServerOperations server
)
{
    /// <summary>Runs a request. Operations that are not known are refused.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="digest">The digest for the start of the response body, if it was asked for.</param>
    /// <param name="send">Sends all responses but the last.</param>
    /// <param name="cancellationToken">Ends the work, not a write under way.</param>
    public async ValueTask<Reply> RunAsync(
        HandleExchange exchange,
        DigestField? digest,
        Func<Reply, ValueTask> send,
        CancellationToken cancellationToken
    ) =>
        exchange.Request.Header.OpCode switch
        {
            OpCode.Resolution => await ResolveAsync(exchange, digest, cancellationToken),
            OpCode.CreateHandle => await CreateAsync(exchange, digest, cancellationToken),
            OpCode.AddValue or OpCode.ModifyValue => await SetAsync(exchange, digest, cancellationToken),
            OpCode.RemoveValue => await RemoveAsync(exchange, digest, cancellationToken),
            OpCode.DeleteHandle
            or OpCode.ListHandles
            or OpCode.HomePrefix
            or OpCode.UnhomePrefix
            or OpCode.ListHomedPrefixes => await RunOnOneAsync(exchange, digest, send, cancellationToken),
            _ => await server.RunAsync(exchange, digest, cancellationToken),
        };

    /// <summary>The name of an operation in metrics. All front ends use the same few names.</summary>
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
            OpCode.ChallengeAnswer or OpCode.VerifyChallenge or OpCode.PasswordLogin or OpCode.Login => "authenticate",
            OpCode.SessionSetup or OpCode.SessionTerminate or OpCode.SessionExchangeKey => "session",
            _ => "other",
        };

    private async ValueTask<Reply> ResolveAsync(
        HandleExchange exchange,
        DigestField? digest,
        CancellationToken cancellationToken
    )
    {
        if (!ResolutionRequest.TryRead(exchange.Request.Body.Span, out var request))
        {
            return Reply.Unreadable(digest);
        }
        var flags = exchange.Request.Header.Flags;
        var answer = await resolver.ResolveAsync(
            new HandleQuestion(request.Handle)
            {
                Wants = HandleQuestions.Wanted(request.Indexes, request.Types),
                PublicOnly =
                    flags.HasFlag(OpFlags.PublicOnly) || exchange is { Peer.SpeaksCaict: true, Identity: null },
                DoNotRefer = flags.HasFlag(OpFlags.DoNotRefer),
                Identify = IdentifyAsync,
            },
            cancellationToken
        );
        if (answer.Source.Entry is { } entry)
        {
            // Encodes the values now, so that the next request is answered from these bytes.
            records.Render(entry, answer.Source.Values);
        }
        return Encode(answer, request.Handle, digest) with { IsAuthoritative = !answer.Source.MayBeOld };

        async ValueTask<HandleIdentity?> IdentifyAsync() =>
            exchange is { IsRemembered: true, Identity: { } known }
            && !await authenticator.IsStillAsync(known, cancellationToken)
                ? null
                : exchange.Identity;
    }

    private static Reply Encode(HandleAnswer answer, string handle, DigestField? digest)
    {
        if (answer.Error is { } error)
        {
            return Reply.Refused(Refusal.Of(error), digest);
        }
        var values = answer.ToHandleValues();
        return answer.Referral is { } referral
            ? Reply.With(
                HandleQuestions.CodeOf(answer),
                writer => new ReferralResponse(digest, referral.Handle, values).Write(writer)
            )
            : Success(writer => new ResolutionResponse(digest, handle, values).Write(writer));
    }

    private async ValueTask<Reply> CreateAsync(
        HandleExchange exchange,
        DigestField? digest,
        CancellationToken cancellationToken
    )
    {
        if (!ValuesRequest.TryRead(exchange.Request.Body.Span, out var request))
        {
            return Reply.Unreadable(digest);
        }
        var flags = exchange.Request.Header.Flags;
        var result = await administrator.CreateAsync(
            request.Handle,
            request.Values.ToRawValues(),
            flags.HasFlag(OpFlags.Overwrite),
            flags.HasFlag(OpFlags.MintSuffix),
            exchange.Identity,
            cancellationToken
        );
        return result.TryGet(out var created, out _)
            ? Success(writer => new CreateResponse(digest, created.Handle).Write(writer))
            : Reply.Of(result, digest);
    }

    private async ValueTask<Reply> SetAsync(
        HandleExchange exchange,
        DigestField? digest,
        CancellationToken cancellationToken
    )
    {
        if (!ValuesRequest.TryRead(exchange.Request.Body.Span, out var request))
        {
            return Reply.Unreadable(digest);
        }
        var header = exchange.Request.Header;
        var values = request.Values.ToRawValues();
        return Reply.Of(
            header.OpCode == OpCode.ModifyValue
                ? await administrator.ModifyAsync(
                    request.Handle,
                    values,
                    exchange.Identity,
                    exchange.Peer.Sender,
                    cancellationToken
                )
                : await administrator.AddAsync(
                    request.Handle,
                    values,
                    header.Flags.HasFlag(OpFlags.Overwrite),
                    exchange.Identity,
                    exchange.Peer.Sender,
                    cancellationToken
                ),
            digest
        );
    }

    private async ValueTask<Reply> RemoveAsync(
        HandleExchange exchange,
        DigestField? digest,
        CancellationToken cancellationToken
    ) =>
        RemoveValuesRequest.TryRead(exchange.Request.Body.Span, out var request)
            ? Reply.Of(
                await administrator.RemoveAsync(request.Handle, request.Indexes, exchange.Identity, cancellationToken),
                digest
            )
            : Reply.Unreadable(digest);

    private async ValueTask<Reply> RunOnOneAsync(
        HandleExchange exchange,
        DigestField? digest,
        Func<Reply, ValueTask> send,
        CancellationToken cancellationToken
    )
    {
        if (!OneHandleRequest.TryRead(exchange.Request.Body.Span, out var request))
        {
            return Reply.Unreadable(digest);
        }
        var (handle, identity) = (request.Handle, exchange.Identity);
        switch (exchange.Request.Header.OpCode)
        {
            case OpCode.DeleteHandle:
                return Reply.Of(await administrator.DeleteAsync(handle, identity, cancellationToken), digest);
            case OpCode.HomePrefix or OpCode.UnhomePrefix:
                var home = exchange.Request.Header.OpCode == OpCode.HomePrefix;
                return Reply.Of(await prefixes.HomeAsync(handle, home, identity, cancellationToken), digest);
            case OpCode.ListHandles:
                return await ListHandlesAsync(handle, identity, digest, send, cancellationToken);
            default:
                return await ListHomedAsync(identity, digest, send);
        }
    }

    private async ValueTask<Reply> ListHandlesAsync(
        string prefix,
        HandleIdentity? identity,
        DigestField? digest,
        Func<Reply, ValueTask> send,
        CancellationToken cancellationToken
    )
    {
        var opened = await prefixes.OpenListAsync(prefix, identity, cancellationToken);
        return opened.TryGet(out var list, out _)
            ? await ListAsync(list, digest, send, cancellationToken)
            : Reply.Of(opened, digest);
    }

    private async ValueTask<Reply> ListHomedAsync(
        HandleIdentity? identity,
        DigestField? digest,
        Func<Reply, ValueTask> send
    )
    {
        var homed = prefixes.ListHomed(identity);
        return homed.TryGet(out var handles, out _) ? await ListAsync(handles, digest, send) : Reply.Of(homed, digest);
    }

    private static async ValueTask<Reply> ListAsync(
        HandleList list,
        DigestField? digest,
        Func<Reply, ValueTask> send,
        CancellationToken cancellationToken
    )
    {
        var page = await list.PageAsync(null, MessageLimits.HandlesPerList, cancellationToken);
        while (page.Count == MessageLimits.HandlesPerList)
        {
            await send(List([.. page.Select(h => h.Identifier)], digest) with { Continues = true });
            page = await list.PageAsync(page[^1].Key, MessageLimits.HandlesPerList, cancellationToken);
        }
        return List([.. page.Select(h => h.Identifier)], digest);
    }

    private static async ValueTask<Reply> ListAsync(string[] handles, DigestField? digest, Func<Reply, ValueTask> send)
    {
        var at = 0;
        for (; handles.Length - at > MessageLimits.HandlesPerList; at += MessageLimits.HandlesPerList)
        {
            await send(List(handles[at..(at + MessageLimits.HandlesPerList)], digest) with { Continues = true });
        }
        return List(handles[at..], digest);
    }

    private static Reply List(IReadOnlyList<string> handles, DigestField? digest) =>
        Success(writer => new ListResponse(digest, handles).Write(writer));

    private static Reply Success(Reply.BodyWriter write) => Reply.With(ResponseCode.Success, write);
}
