using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Handle.Operations;

namespace IdResolution.Server.Handle.Http;

/// <summary>Answers to errors of HTTP itself, which have their own status codes.</summary>
internal static class HttpFaults
{
    /// <summary>The answer to a body that cannot be read.</summary>
    public static HttpReply OfBody(Error error, string handle) =>
        HttpReply.Failed(
            new Refusal(
                error.Code == ErrorCode.TooMany ? ResponseCode.ServerBusy : ResponseCode.ProtocolError,
                error.Message.En
            ),
            handle,
            error.Code switch
            {
                ErrorCode.TooMany => StatusCodes.Status429TooManyRequests,
                ErrorCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
                ErrorCode.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
                _ => 0,
            }
        );

    /// <summary>The answer to a request that ended early or was too long.</summary>
    public static HttpReply Of(BadHttpRequestException fault, string handle) =>
        HttpReply.Failed(
            new Refusal(
                ResponseCode.ProtocolError,
                "The request cannot be read: it ends early, is too long or is not HTTP."
            ),
            handle,
            fault.StatusCode
        );

    /// <summary>Answers a request for a call that there is not.</summary>
    public static Task NoSuchCallAsync(HttpContext context) =>
        HttpAnswers.WriteAsync(
            context,
            HttpReply.Failed(
                new Refusal(ResponseCode.ProtocolError, "There is no such call."),
                "",
                StatusCodes.Status404NotFound
            ),
            pretty: false,
            callback: null
        );

    /// <summary>The answer to a method that the call does not have.</summary>
    public static HttpReply MethodNotAllowed(HttpContext context, IReadOnlyList<string> methods, string handle)
    {
        context.Response.Headers.Allow = string.Join(", ", methods.Append("OPTIONS"));
        return HttpReply.Failed(
            new Refusal(ResponseCode.OperationNotSupported, "The method is not one of this call."),
            handle,
            StatusCodes.Status405MethodNotAllowed
        );
    }
}
