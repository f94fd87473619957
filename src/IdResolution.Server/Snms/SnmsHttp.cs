using System.Buffers;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Snms;
using IdResolution.Server.Http;
using IdResolution.Server.SnmsWire;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Snms;

/// <summary>
/// Answers every routed request of the SNMS protocol: finds who holds the token, has the call run, and puts its outcome
/// into the envelope. The status of HTTP is 200 whatever the outcome is, because clients look at the envelope alone.
/// Thread-safe.
/// </summary>
internal sealed partial class SnmsHttp(
    SnmsTokens tokens,
    SnmsDenials denials,
    RequestMetrics requests,
    ILogger<SnmsHttp> logger
)
{
    /// <summary>The name of the front end in telemetry.</summary>
    public const string FrontEnd = "snms";

    public const string Json = "application/json;charset=UTF-8";

    private const string Scheme = "Bearer ";

    /// <summary>The token of a request; empty if it has none.</summary>
    public static ReadOnlySpan<char> TokenOf(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } header]
        && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && header.Length > Scheme.Length
            ? header.AsSpan(Scheme.Length).Trim()
            : default;

    public async Task AnswerAsync(HttpContext context, SnmsEndpoint endpoint)
    {
        var outcome = RequestMetrics.Cancelled;
        try
        {
            var reply = await RunSafelyAsync(context, endpoint);
            outcome = reply.Error?.Code.ToString() ?? RequestMetrics.Ok;
            await WriteAsync(context, reply, endpoint);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            outcome = RequestMetrics.Cancelled;
        }
        finally
        {
            if (requests.Enabled)
            {
                requests.Count(FrontEnd, endpoint.Operation, outcome);
            }
        }
    }

    /// <summary>Writes an answer: its text, its number, and what it is about.</summary>
    public static void WriteEnvelope(Utf8JsonWriter json, int status, string message, Action<Utf8JsonWriter>? writeData)
    {
        json.WriteStartObject();
        json.WriteString("message"u8, message);
        json.WriteNumber("status"u8, status);
        json.WritePropertyName("data"u8);
        if (writeData is null)
        {
            json.WriteNullValue();
        }
        else
        {
            writeData(json);
        }
        json.WriteEndObject();
    }

    private async Task<SnmsReply> RunSafelyAsync(HttpContext context, SnmsEndpoint endpoint)
    {
        try
        {
            var reply = Refusal(context, endpoint) is { } refused
                ? SnmsReply.Failed(refused)
                : await endpoint.Answer(context);
            denials.Note(context, endpoint, reply);
            return reply;
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException) || e is BadHttpRequestException)
        {
            return SnmsReply.Failed(ToError(e, endpoint));
        }
    }

    /// <summary>Refuses who holds no token, has no right to the call, or makes too many. Null for all others.</summary>
    private Error? Refusal(HttpContext context, SnmsEndpoint endpoint)
    {
        if (endpoint.Needed == Role.Anonymous)
        {
            return null;
        }
        var error =
            Authenticate(context)
            ?? RoleNeededAttribute.Refusal(context)
            ?? (ReadingCall.Changes(context) ? HeldAnswers.Of(context).Refusal(context) : null);
        if (error is not null)
        {
            BodyBound.Discard(context);
        }
        return error;
    }

    private Error? Authenticate(HttpContext context)
    {
        var token = TokenOf(context);
        if (token.IsEmpty)
        {
            return SnmsErrors.NoToken;
        }
        if (tokens.Find(token) is not { } caller)
        {
            return SnmsErrors.BadToken;
        }
        context.SetCaller(CallOrigin.Of(context, caller));
        return ApiKeyAuthenticator.Limit(caller);
    }

    private static async Task WriteAsync(HttpContext context, SnmsReply reply, SnmsEndpoint endpoint)
    {
        var output = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(output, SnmsJson.Plain))
        {
            var (status, message) = Told(reply.Error, endpoint);
            WriteEnvelope(json, status, message, reply.WriteData);
        }
        if (HeldAnswers.Of(context).Hold(context, output.WrittenCount, ReadingCall.Changes(context)) is { } tooMany)
        {
            await WriteAsync(context, SnmsReply.Failed(tooMany), endpoint);
            return;
        }
        if (reply.Error?.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Problem.Seconds(wait);
        }
        await BytesAnswer.WriteAsync(context, StatusCodes.Status200OK, Json, output.WrittenMemory, isCounted: false);
    }

    private static (int Status, string Message) Told(Error? error, SnmsEndpoint endpoint)
    {
        if (error is null)
        {
            return (SnmsStatus.Success, SnmsMessages.Success);
        }
        // A wrong password is a refusal like any other: only a token that does not hold asks for a new log-in.
        var status =
            endpoint.Needed == Role.Anonymous && error.Code is (ErrorCode.AuthenticationFailed or ErrorCode.TooMany)
                ? SnmsStatus.Refused
                : ErrorMap.SnmsStatus(error.Code);
        return status == SnmsStatus.Failed && endpoint.IsOfTemplates
            ? (SnmsStatus.NotLoggedIn, SnmsMessages.Busy)
            : (status, SnmsReply.TextOf(error));
    }

    private Error ToError(Exception e, SnmsEndpoint endpoint)
    {
        switch (e)
        {
            case StoreException store:
                StoreFailed(logger, endpoint.Operation, e);
                return store.Error;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Error.Of(ErrorCode.TooLarge, "The body is too large.", "请求体过大");
            case BadHttpRequestException:
                return Error.Of(ErrorCode.Malformed, "The request cannot be read.", "请求无法解析");
            default:
                RequestFailed(logger, endpoint.Operation, e);
                return Error.Of(ErrorCode.Internal, "The node failed.", "系统内部错误");
        }
    }

    [LoggerMessage(
        EventId = 110,
        EventName = "SnmsStoreFailed",
        Level = LogLevel.Warning,
        Message = "SNMS operation {Operation}: the store failed."
    )]
    private static partial void StoreFailed(ILogger logger, string operation, Exception cause);

    [LoggerMessage(
        EventId = 111,
        EventName = "SnmsRequestFailed",
        Level = LogLevel.Error,
        Message = "SNMS operation {Operation} failed."
    )]
    private static partial void RequestFailed(ILogger logger, string operation, Exception cause);
}
