using System.Diagnostics.CodeAnalysis;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using IdResolution.Server.Telemetry;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// Handles every routed request of the HTTP JSON interface of Handle.Net. It uses the same resolution and
/// administration as the binary messages of the protocol. Thread-safe.
/// </summary>
internal sealed partial class HandleHttp(
    HttpAuthenticator authenticator,
    LogFollower tail,
    IOptionsMonitor<LimitOptions> limits,
    RequestMetrics requests,
    HandleDenials denials,
    ILogger<HandleHttp> logger
)
{
    // Parameters and credentials fit in. Forms are read before anybody is authenticated.
    private const int LongestForm = 65_536;

    public async Task AnswerAsync(HttpContext context, HttpEndpoint endpoint)
    {
        if (endpoint.IsOtherMethod && HttpMethods.IsOptions(context.Request.Method))
        {
            HttpAnswers.Preflight(context, endpoint.Methods);
            return;
        }
        var handle = RequestTarget.Decode(HttpRouting.RestOf(RequestTarget.Of(context)));
        var parameters = new HttpParameters(context.Request.Query, null);
        var call = new HttpCall(context, endpoint.OperationOf(parameters), handle ?? "", parameters);
        await AnswerAsync(call, endpoint, isReadable: handle is not null);
    }

    private async Task AnswerAsync(HttpCall call, HttpEndpoint endpoint, bool isReadable)
    {
        var outcome = RequestMetrics.Cancelled;
        try
        {
            (call, var reply) = await RunSafelyAsync(call, endpoint, isReadable);
            outcome = reply.Code == ResponseCode.Success ? RequestMetrics.Ok : reply.Code.ToString();
            denials.Note(call, reply);
            await WriteAsync(call, reply);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            outcome = RequestMetrics.Cancelled;
            HungUp.End(call.Context);
        }
        catch (StoreException e)
        {
            // Part of a list was already sent. The client must see that it is incomplete.
            outcome = ToReply(e, call).Code.ToString();
            call.Context.Abort();
        }
        finally
        {
            if (requests.Enabled)
            {
                requests.Count(HandleResponder.FrontEnd, HandleOperations.NameOf(call.Operation), outcome);
            }
        }
    }

    private async Task<(HttpCall Call, HttpReply Reply)> RunSafelyAsync(
        HttpCall call,
        HttpEndpoint endpoint,
        bool isReadable
    )
    {
        try
        {
            return await RunAsync(call, endpoint, isReadable);
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException) || e is BadHttpRequestException)
        {
            // Answers any failure without the exception's text.
            SecurityHeaders.Clear(call.Context);
            return (call, ToReply(e, call));
        }
    }

    private async Task<(HttpCall Call, HttpReply Reply)> RunAsync(HttpCall call, HttpEndpoint endpoint, bool isReadable)
    {
        if (RefuseTarget(call, endpoint, isReadable) is { } refused)
        {
            return (call, refused);
        }
        // Until a reader of the body sets its own, what is refused unread may be as long as any body.
        BodyBound.SetForCounted(call.Context, limits.CurrentValue.BodyBytes);
        if (!(await ReadAsync(call)).TryGet(out var parameters, out var fault))
        {
            return (call, HttpFaults.OfBody(fault, call.Handle));
        }
        if (!TryForm(call, parameters, out var formed, out var problem))
        {
            return (call, HttpReply.Malformed(problem, call.Handle));
        }
        // Any page can read a JSONP answer. It holds public values only, even if the browser sends credentials.
        if (
            !endpoint.Authenticates
            && formed.Callback is null
            && await authenticator.AuthenticateAsync(formed) is { } refusal
        )
        {
            return (formed, HttpReply.Failed(refusal, formed.Handle));
        }
        return (formed, await endpoint.Answer(formed));
    }

    /// <summary>Refuses a request whose method or path fits no call. Null for all others.</summary>
    private static HttpReply? RefuseTarget(HttpCall call, HttpEndpoint endpoint, bool isReadable)
    {
        if (endpoint.IsOtherMethod)
        {
            return HttpFaults.MethodNotAllowed(call.Context, endpoint.Methods, call.Handle);
        }
        return isReadable && !DotSegment.IsIn(RequestTarget.Of(call.Context))
            ? null
            : HttpReply.Malformed(
                "The path cannot be read: percent-encode it as UTF-8, and the slashes around a segment '.' or "
                    + "'..' too.",
                "",
                ResponseCode.InvalidHandle
            );
    }

    /// <summary>
    /// Makes the call with all its parameters. False if those about the form of the answer are invalid.
    /// </summary>
    private static bool TryForm(
        HttpCall call,
        HttpParameters parameters,
        [NotNullWhen(true)] out HttpCall? formed,
        out string? problem
    )
    {
        formed = null;
        if (!parameters.TryFlag("pretty", absent: false, out var pretty, out problem))
        {
            return false;
        }
        var callback = parameters.Find("callback");
        if (callback is not null && (!HttpAnswers.IsCallback(callback) || call.Operation != OpCode.Resolution))
        {
            problem =
                "callback: letters, digits, _ and $, parted by dots, name a function; only a resolution is "
                + "handed to one.";
            return false;
        }
        formed = new HttpCall(call.Context, call.Operation, call.Handle, parameters)
        {
            Callback = callback,
            Pretty = pretty,
        };
        return true;
    }

    private async Task WriteAsync(HttpCall call, HttpReply reply)
    {
        if (reply.Code == ResponseCode.AuthenticationNeeded)
        {
            authenticator.Challenge(call);
        }
        else if (reply.Code == ResponseCode.AuthenticationFailed && call.Context.Request.IsHttps)
        {
            // Credentials that are not right are asked for again (RFC 9110 §15.5.2). Without TLS it is 403, as in the
            // reference: a password has no business there.
            authenticator.Challenge(call);
            reply = reply with { Status = StatusCodes.Status401Unauthorized };
        }
        if (reply.MayBeOld)
        {
            CacheHeaders.MarkStale(call.Context.Response, tail.Age);
        }
        await HttpAnswers.WriteAsync(call.Context, reply, call.Pretty, call.Callback);
    }

    /// <summary>The parameters of the query and of a posted form, or why the form cannot be read.</summary>
    private static async ValueTask<Result<HttpParameters>> ReadAsync(HttpCall call)
    {
        var request = call.Context.Request;
        if (!HttpMethods.IsPost(request.Method) || !RequestForm.IsOne(request))
        {
            return call.Parameters;
        }
        var read = await RequestForm.ReadAsync(call.Context, LongestForm, MessageLimits.MaxValues);
        return read.IsOk ? new HttpParameters(request.Query, read.Value) : read.Error;
    }

    private HttpReply ToReply(Exception e, HttpCall call)
    {
        switch (e)
        {
            case StoreException store:
                StoreFailed(logger, call.Operation, e);
                return HttpReply.Failed(Refusal.Of(store.Error), call.Handle);
            case BusyException busy:
                if (busy.RetryAfter is { } wait)
                {
                    call.Context.Response.Headers.RetryAfter = Problem.Seconds(wait);
                }
                return HttpReply.Failed(new Refusal(ResponseCode.ServerBusy, busy.Message), call.Handle);
            case BadHttpRequestException fault:
                HungUp.TakeNoMore(call.Context);
                return HttpFaults.Of(fault, call.Handle);
            default:
                RequestFailed(logger, call.Operation, e);
                return HttpReply.Failed(new Refusal(ResponseCode.Error, "The node failed."), call.Handle);
        }
    }

    [LoggerMessage(
        EventId = 46,
        EventName = "HandleHttpStoreFailed",
        Level = LogLevel.Warning,
        Message = "Handle operation {Operation} over HTTP: the store failed."
    )]
    private static partial void StoreFailed(ILogger logger, OpCode operation, Exception cause);

    [LoggerMessage(
        EventId = 47,
        EventName = "HandleHttpRequestFailed",
        Level = LogLevel.Error,
        Message = "Handle operation {Operation} over HTTP failed."
    )]
    private static partial void RequestFailed(ILogger logger, OpCode operation, Exception cause);
}
