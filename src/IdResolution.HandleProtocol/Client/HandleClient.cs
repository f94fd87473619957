using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Resolves and administers handles at one server. Cheap to make; for any number of threads.</summary>
/// <param name="transport">Sends; stays the caller's to dispose.</param>
/// <param name="server">The server.</param>
/// <param name="signer">Answers challenges; null where there is nobody who could.</param>
public sealed class HandleClient(HandleTransport transport, HandleServer server, IChallengeSigner? signer = null)
{
    private const OpFlags AdminFlags = OpFlags.Authoritative | OpFlags.KeepAlive | OpFlags.ReturnDigest;

    /// <summary>Reads a body; tells whether it could.</summary>
    private delegate bool BodyReader<T>(ReadOnlySpan<byte> body, bool digestPresent, out T? read);

    /// <summary>Values of a handle.</summary>
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

    /// <summary>The site that the server belongs to.</summary>
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

    /// <summary>Creates a handle; the data is its name, or empty where the server did not say.</summary>
    /// <param name="handle">Its name, or with <paramref name="mint"/> the beginning of it.</param>
    /// <param name="values">Its values.</param>
    /// <param name="overwrite">Replace one that exists.</param>
    /// <param name="mint">Let the server find a suffix.</param>
    /// <param name="cancel">Gives up.</param>
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

    /// <summary>Deletes a handle.</summary>
    public Task<HandleResult> DeleteAsync(string handle, CancellationToken cancel) =>
        PlainAsync(OpCode.DeleteHandle, AdminFlags, new OneHandleRequest(handle).Write, cancel);

    /// <summary>Adds values.</summary>
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

    /// <summary>Modifies values.</summary>
    public Task<HandleResult> ModifyAsync(string handle, IReadOnlyList<HandleValue> values, CancellationToken cancel) =>
        PlainAsync(OpCode.ModifyValue, AdminFlags, new ValuesRequest(handle, values).Write, cancel);

    /// <summary>Removes values.</summary>
    public Task<HandleResult> RemoveAsync(string handle, IReadOnlyList<int> indexes, CancellationToken cancel) =>
        PlainAsync(OpCode.RemoveValue, AdminFlags, new RemoveValuesRequest(handle, indexes).Write, cancel);

    /// <summary>The handles of a prefix.</summary>
    /// <param name="prefixHandle">Such as <c>0.NA/88.300.1</c>.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<HandleDataResult<IReadOnlyList<string>>> ListAsync(string prefixHandle, CancellationToken cancel) =>
        ListAsync(OpCode.ListHandles, prefixHandle, cancel);

    /// <summary>The prefixes homed at the server.</summary>
    public Task<HandleDataResult<IReadOnlyList<string>>> ListHomedAsync(CancellationToken cancel) =>
        ListAsync(OpCode.ListHomedPrefixes, "/", cancel);

    /// <summary>Homes a prefix.</summary>
    public Task<HandleResult> HomeAsync(string prefixHandle, CancellationToken cancel) =>
        PlainAsync(OpCode.HomePrefix, AdminFlags, new OneHandleRequest(prefixHandle).Write, cancel);

    /// <summary>Unhomes a prefix.</summary>
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
    /// Sends a request, and where it is challenged the answer to that; the answer may go over another connection.
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

    /// <summary>Everything that is not done.</summary>
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
