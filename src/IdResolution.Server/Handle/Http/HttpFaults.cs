using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Handle.Operations;

namespace IdResolution.Server.Handle.Http;

/// <summary>Faults of HTTP itself, which have statuses of their own.</summary>
internal static class HttpFaults
{
    /// <summary>A body that cannot be taken.</summary>
    public static HttpReply OfBody(Error error, string handle) =>
        HttpReply.Failed(
            new Refusal(ResponseCode.ProtocolError, error.Message.En),
            handle,
            error.Code == ErrorCode.TooLarge ? StatusCodes.Status413PayloadTooLarge : 0
        );

    /// <summary>A request that ended early, or was too long.</summary>
    public static HttpReply Of(BadHttpRequestException fault, string handle) =>
        HttpReply.Failed(
            new Refusal(
                ResponseCode.ProtocolError,
                "The request cannot be read: it ends early, is too long or is not HTTP."
            ),
            handle,
            fault.StatusCode
        );

    /// <summary>A method that the call does not take.</summary>
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
