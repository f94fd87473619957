using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Rest;

/// <summary>
/// Middleware for every HTTP request. It answers resolutions of cached records at once. For other requests it refuses
/// targets with dot segments, finds the caller, checks the rate limit, and turns exceptions into problem details.
/// </summary>
internal sealed partial class RestPipeline(
    RequestDelegate next,
    ApiKeyAuthenticator callers,
    ResolveEndpoint resolve,
    RestDenials denials,
    RequestMetrics requests,
    ILogger<RestPipeline> logger
)
{
    // When the answer begins: who has it may read the audit log at once.
    private readonly Func<object, Task> _note = context =>
    {
        NoteAnswer(denials, (HttpContext)context);
        return Task.CompletedTask;
    };

    public Task InvokeAsync(HttpContext context) => requests.Enabled ? CountedAsync(context) : AnswerAsync(context);

    private async Task CountedAsync(HttpContext context)
    {
        var outcome = RequestOutcome.Of(context);
        try
        {
            await AnswerAsync(context);
        }
        catch
        {
            // Part of the answer was already sent, so its status does not show the failure.
            RequestOutcome.Note(context, nameof(ErrorCode.Internal));
            throw;
        }
        finally
        {
            RequestTelemetry.Count(requests, context, denials.KindOf(context), outcome);
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        var target = RequestTarget.Of(context);
        if (HttpMethods.IsGet(context.Request.Method) && resolve.TryFast(context, target) is { } answered)
        {
            return answered;
        }
        return SlowAsync(context, target);
    }

    private async Task SlowAsync(HttpContext context, string target)
    {
        try
        {
            if (DotSegment.IsIn(target))
            {
                await Problem.WriteAsync(context, IdentifierTarget.Unreadable());
                return;
            }
            var found = await callers.GetAsync(
                context.Request.Headers.Authorization,
                context.Source(),
                context.RequestAborted
            );
            if (!found.TryGet(out var caller, out var error))
            {
                await RefuseAsync(context, Caller.Anonymous, error);
                return;
            }
            // What is changed or read may be audited, and without a key a network has its share.
            caller = CallOrigin.Of(context, caller);
            context.SetCaller(caller);
            if (ApiKeyAuthenticator.Limit(caller) is { } limited)
            {
                await RefuseAsync(context, caller, limited);
                return;
            }
            context.Response.OnStarting(_note, context);
            await (ResolveEndpoint.IsPlain(context, target) ? resolve.GetAsync(context) : next(context));
        }
        catch (Exception e) when (HungUp.Is(e, context))
        {
            NoteCancelled(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await FailAsync(context, e);
        }
    }

    private Task RefuseAsync(HttpContext context, Caller caller, Error error)
    {
        denials.Note(context, caller, error.Code);
        BodyBound.Discard(context);
        return Problem.WriteAsync(context, error);
    }

    private static void NoteAnswer(RestDenials denials, HttpContext context)
    {
        // Not that of the header: a page may have had a key posted.
        var caller = context.Caller();
        switch (context.Response.StatusCode)
        {
            case StatusCodes.Status401Unauthorized:
                denials.Note(context, caller, ErrorCode.Unauthenticated);
                break;
            case StatusCodes.Status403Forbidden:
                denials.Note(context, caller, ErrorCode.Forbidden);
                break;
            default:
                denials.NoteRead(context);
                break;
        }
    }

    private void NoteCancelled(HttpContext context)
    {
        // Whoever hangs up before the answer begins was refused, or read, all the same.
        NoteAnswer(denials, context);
        HungUp.End(context);
        RequestOutcome.Note(context, RequestMetrics.Cancelled);
        Cancelled(logger, context.Request.Method, context.Request.Path);
    }

    /// <summary>Answers any failure with a problem that does not contain the exception's text.</summary>
    private Task FailAsync(HttpContext context, Exception e)
    {
        SecurityHeaders.Clear(context);
        if (e is BadHttpRequestException)
        {
            HungUp.TakeNoMore(context);
        }
        return Problem.WriteAsync(context, ToError(context, e));
    }

    private Error ToError(HttpContext context, Exception e)
    {
        switch (e)
        {
            case StoreException store:
                StoreFailed(logger, context.Request.Method, context.Request.Path, e);
                return store.Error;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Error.Of(ErrorCode.TooLarge, "The body is too large.", "请求体过大。");
            case BadHttpRequestException:
                return Error.Of(
                    ErrorCode.Malformed,
                    "The request cannot be read: it ends early or is not HTTP.",
                    "请求无法解析：提前结束或不符合 HTTP。"
                );
            default:
                Failed(logger, context.Request.Method, context.Request.Path, TraceId.Of(context), e);
                return Error.Of(
                    ErrorCode.Internal,
                    "The node failed; its log holds the trace id given here.",
                    "节点内部错误，请按 traceId 查询日志。"
                );
        }
    }

    [LoggerMessage(
        EventId = 10,
        EventName = "RequestCancelled",
        Level = LogLevel.Information,
        Message = "{Method} {Path} was cancelled by its caller."
    )]
    private static partial void Cancelled(ILogger logger, string method, PathString path);

    [LoggerMessage(
        EventId = 11,
        EventName = "StoreFailed",
        Level = LogLevel.Warning,
        Message = "{Method} {Path}: the store failed."
    )]
    private static partial void StoreFailed(ILogger logger, string method, PathString path, Exception cause);

    [LoggerMessage(
        EventId = 12,
        EventName = "RequestFailed",
        Level = LogLevel.Error,
        Message = "{Method} {Path} failed, trace {TraceId}."
    )]
    private static partial void Failed(ILogger logger, string method, PathString path, string traceId, Exception cause);
}
