using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Resolves and administers handles at one server. Cheap to create. Thread-safe.</summary>
/// <param name="transport">Sends the requests; the caller disposes it.</param>
/// <param name="server">The server that all requests go to.</param>
/// <param name="signer">Answers challenges; null to leave them unanswered.</param>
public sealed class HandleClient(HandleTransport transport, HandleServer server, IChallengeSigner? signer = null)
{
    private const OpFlags AdminFlags = OpFlags.Authoritative | OpFlags.KeepAlive | OpFlags.ReturnDigest;

    /// <summary>Reads a body; false if it is malformed.</summary>
    private delegate bool BodyReader<T>(ReadOnlySpan<byte> body, bool digestPresent, out T? read);

    /// <summary>Resolves a handle, over UDP first. Without data, the result says why.</summary>
    public async Task<HandleDataResult<IReadOnlyList<HandleValue>>> ResolveAsync(
        string handle,
        HandleQuery query,
        CancellationToken cancel
    )
    {
        var request = HandleRequest.Of(
            OpCode.Resolution,
            query.Flags,
            new ResolutionRequest(handle, query.Indexes, query.Types).Write
        );
        return await DataAsync<ResolutionResponse, IReadOnlyList<HandleValue>>(
            request,
            ResolutionResponse.TryRead,
            answers => HandleName.SameFolded(answers[0].Handle, handle) ? answers[0].Values : null,
            cancel,
            udpFirst: true
        );
    }

    /// <summary>Asks for the site record of the server.</summary>
    public Task<HandleDataResult<SiteRecord>> SiteInfoAsync(CancellationToken cancel) =>
        DataAsync<SiteInfoResponse, SiteRecord>(
            HandleRequest.Of(
                OpCode.GetSiteInfo,
                OpFlags.KeepAlive | OpFlags.PublicOnly,
                new OneHandleRequest("/").Write
            ),
            SiteInfoResponse.TryRead,
            answers => answers[0].Site,
            cancel,
            udpFirst: true
        );

    /// <summary>Creates a handle. The data is the handle's name; empty if the server did not say it.</summary>
    /// <param name="handle">The handle's name, or with <paramref name="mint"/> the beginning of the name.</param>
    /// <param name="values">The values of the new handle.</param>
    /// <param name="overwrite">True to replace a handle that exists.</param>
    /// <param name="mint">True to let the server append a suffix.</param>
    /// <param name="cancel">Cancels the call.</param>
    public Task<HandleDataResult<string>> CreateAsync(
        string handle,
        IReadOnlyList<HandleValue> values,
        bool overwrite,
        bool mint,
        CancellationToken cancel
    )
    {
        var flags = AdminFlags | (overwrite ? OpFlags.Overwrite : 0) | (mint ? OpFlags.MintSuffix : 0);
        return DataAsync<CreateResponse, string>(
            HandleRequest.Of(OpCode.CreateHandle, flags, new ValuesRequest(handle, values).Write),
            CreateResponse.TryRead,
            answers => answers[0].Handle ?? "",
            cancel
        );
    }

    /// <summary>Deletes a handle with all its values.</summary>
    public Task<HandleResult> DeleteAsync(string handle, CancellationToken cancel) =>
        PlainAsync(OpCode.DeleteHandle, AdminFlags, new OneHandleRequest(handle).Write, cancel);

    /// <summary>Adds values. <paramref name="overwrite"/> allows to replace values with the same indexes.</summary>
    public Task<HandleResult> AddAsync(
        string handle,
        IReadOnlyList<HandleValue> values,
        bool overwrite,
        CancellationToken cancel
    ) =>
        PlainAsync(
            OpCode.AddValue,
            AdminFlags | (overwrite ? OpFlags.Overwrite : 0),
            new ValuesRequest(handle, values).Write,
            cancel
        );

    /// <summary>Replaces the values that have the same indexes.</summary>
    public Task<HandleResult> ModifyAsync(string handle, IReadOnlyList<HandleValue> values, CancellationToken cancel) =>
        PlainAsync(OpCode.ModifyValue, AdminFlags, new ValuesRequest(handle, values).Write, cancel);

    /// <summary>Removes the values with the given indexes.</summary>
    public Task<HandleResult> RemoveAsync(string handle, IReadOnlyList<int> indexes, CancellationToken cancel) =>
        PlainAsync(OpCode.RemoveValue, AdminFlags, new RemoveValuesRequest(handle, indexes).Write, cancel);

    /// <summary>Lists the handles under a prefix.</summary>
    /// <param name="prefixHandle">The prefix handle, such as <c>0.NA/88.300.1</c>.</param>
    /// <param name="cancel">Cancels the call.</param>
    public Task<HandleDataResult<IReadOnlyList<string>>> ListAsync(string prefixHandle, CancellationToken cancel) =>
        ListAsync(OpCode.ListHandles, prefixHandle, cancel);

    /// <summary>Lists the prefix handles of the prefixes that the server is responsible for.</summary>
    public Task<HandleDataResult<IReadOnlyList<string>>> ListHomedAsync(CancellationToken cancel) =>
        ListAsync(OpCode.ListHomedPrefixes, "/", cancel);

    /// <summary>Makes the server responsible for a prefix, for example <c>0.NA/88.300.1</c>.</summary>
    public Task<HandleResult> HomeAsync(string prefixHandle, CancellationToken cancel) =>
        PlainAsync(OpCode.HomePrefix, AdminFlags, new OneHandleRequest(prefixHandle).Write, cancel);

    /// <summary>Ends the server's responsibility for a prefix.</summary>
    public Task<HandleResult> UnhomeAsync(string prefixHandle, CancellationToken cancel) =>
        PlainAsync(OpCode.UnhomePrefix, AdminFlags, new OneHandleRequest(prefixHandle).Write, cancel);

    private Task<HandleDataResult<IReadOnlyList<string>>> ListAsync(
        OpCode opCode,
        string handle,
        CancellationToken cancel
    ) =>
        DataAsync<ListResponse, IReadOnlyList<string>>(
            HandleRequest.Of(opCode, AdminFlags, new OneHandleRequest(handle).Write),
            ListResponse.TryRead,
            answers => [.. answers.SelectMany(answer => answer.Handles)],
            cancel
        );

    private async Task<HandleResult> PlainAsync(
        OpCode opCode,
        OpFlags flags,
        BodyWriter body,
        CancellationToken cancel
    ) =>
        Refusal(await ExchangeAsync(HandleRequest.Of(opCode, flags, body), udpFirst: false, cancel), out var result)
            ? result
            : new HandleResult(ResponseCode.Success, "", result.Exchange);

    private async Task<HandleDataResult<TData>> DataAsync<TBody, TData>(
        HandleRequest request,
        BodyReader<TBody> read,
        Func<IReadOnlyList<TBody>, TData?> data,
        CancellationToken cancel,
        bool udpFirst = false
    )
        where TData : class
    {
        var exchange = await ExchangeAsync(request, udpFirst, cancel);
        if (Refusal(exchange, out var refused))
        {
            return new HandleDataResult<TData>(refused.Code, refused.Message, exchange, null)
            {
                Referral = refused.Referral,
            };
        }
        var bodies = new List<TBody>();
        foreach (var message in exchange.Messages)
        {
            if (
                message.Header.ResponseCode != ResponseCode.Success
                || !read(message.Body.Span, message.Header.Flags.HasFlag(OpFlags.ReturnDigest), out var body)
            )
            {
                return Unreadable();
            }
            bodies.Add(body!);
        }
        return data(bodies) is { } whole
            ? new HandleDataResult<TData>(ResponseCode.Success, "", exchange, whole)
            : Unreadable();

        HandleDataResult<TData> Unreadable() =>
            new(ResponseCode.ClientChannelError, "The response cannot be read.", exchange, null);
    }

    /// <summary>
    /// Sends a request. If the server sends a challenge, sends the answer too; it may go over another connection.
    /// </summary>
    private async Task<TransportResult> ExchangeAsync(HandleRequest request, bool udpFirst, CancellationToken cancel)
    {
        var stamped = transport.Stamped(request);
        var result = await transport.SendAsync(server, stamped, udpFirst, cancel);
        if (
            signer is null
            || result.Answer is not { Header.ResponseCode: ResponseCode.AuthenticationNeeded } challenged
            || !Challenge.TryRead(challenged.Body.Span, out var challenge)
        )
        {
            return result;
        }
        var version =
            challenged.Envelope.Version < challenged.Envelope.Suggested
                ? challenged.Envelope.Version
                : challenged.Envelope.Suggested;
        var answer = new ChallengeAnswer(
            signer.AuthType,
            signer.Identity,
            signer.Sign(challenge.Nonce, challenge.Digest, version)
        );
        var second = HandleRequest.Of(OpCode.ChallengeAnswer, stamped.Flags, answer.Write) with
        {
            SessionId = challenged.Envelope.SessionId,
            Challenged = stamped,
        };
        return await transport.SendAsync(server, second, udpFirst: false, cancel);
    }

    /// <summary>Makes the result for everything but success; false for success.</summary>
    private static bool Refusal(TransportResult exchange, out HandleResult result)
    {
        if (exchange.Answer is not { } answer)
        {
            result =
                exchange.Failure == TransportFailure.TimedOut
                    ? new HandleResult(ResponseCode.ClientTimeout, "The server did not answer in time.", exchange)
                    : new HandleResult(ResponseCode.ClientChannelError, Text(exchange.Failure), exchange);
            return true;
        }
        var code = answer.Header.ResponseCode;
        var digest = answer.Header.Flags.HasFlag(OpFlags.ReturnDigest);
        var referral =
            code is ResponseCode.ServiceReferral or ResponseCode.PrefixReferral
            && ReferralResponse.TryRead(answer.Body.Span, digest, out var read)
                ? read
                : null;
        var message =
            referral is null
            && code is not (ResponseCode.Success or ResponseCode.AuthenticationNeeded)
            && ErrorResponse.TryRead(answer.Body.Span, digest, out var error)
                ? error.Message
                : "";
        result = new HandleResult(code, message, exchange) { Referral = referral };
        return !result.IsSuccess;
    }

    private static string Text(TransportFailure failure) =>
        failure switch
        {
            TransportFailure.Unreachable => "The server cannot be reached.",
            TransportFailure.Closed => "The server closed the connection.",
            TransportFailure.TooLong => "The response is too long.",
            _ => "The response cannot be read.",
        };
}
