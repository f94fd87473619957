using Grpc.Core;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;

namespace IdResolution.Server.Http;

/// <summary>Maps error codes to the status codes of each front end.</summary>
internal static class ErrorMap
{
    /// <summary>The HTTP status (RFC 9110). Some codes have another status if the call writes.</summary>
    public static int HttpStatus(ErrorCode code, bool writing) =>
        code switch
        {
            ErrorCode.InvalidIdentifier => writing ? 422 : 400,
            ErrorCode.InvalidValue => 422,
            ErrorCode.NotFound or ErrorCode.Mistyped or ErrorCode.ValueNotFound => 404,
            ErrorCode.Revoked => 410,
            ErrorCode.AlreadyExists
            or ErrorCode.ValueAlreadyExists
            or ErrorCode.KeyConflict
            or ErrorCode.SequenceExhausted
            or ErrorCode.NotPublished
            or ErrorCode.LogRestarted => 409,
            ErrorCode.VersionConflict => 412,
            ErrorCode.Unauthenticated or ErrorCode.AuthenticationFailed => 401,
            ErrorCode.Forbidden or ErrorCode.NotAdministrator => 403,
            ErrorCode.NotResponsible => writing ? 422 : 404,
            ErrorCode.TooLarge => 413,
            ErrorCode.TooMany => 429,
            ErrorCode.Unavailable or ErrorCode.StoreRestored => 503,
            ErrorCode.Malformed => 400,
            ErrorCode.MethodNotAllowed => 405,
            ErrorCode.UnsupportedMediaType => 415,
            ErrorCode.NotSupported => 501,
            ErrorCode.StorageFull => 507,
            ErrorCode.Internal => 500,
            _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No HTTP status for this code."),
        };

    public static StatusCode GrpcStatus(ErrorCode code) =>
        code switch
        {
            ErrorCode.InvalidIdentifier
            or ErrorCode.InvalidValue
            or ErrorCode.Malformed
            or ErrorCode.UnsupportedMediaType => StatusCode.InvalidArgument,
            ErrorCode.NotFound or ErrorCode.Mistyped or ErrorCode.ValueNotFound or ErrorCode.Revoked =>
                StatusCode.NotFound,
            ErrorCode.AlreadyExists or ErrorCode.ValueAlreadyExists or ErrorCode.KeyConflict =>
                StatusCode.AlreadyExists,
            ErrorCode.VersionConflict => StatusCode.Aborted,
            ErrorCode.Unauthenticated or ErrorCode.AuthenticationFailed => StatusCode.Unauthenticated,
            ErrorCode.Forbidden or ErrorCode.NotAdministrator => StatusCode.PermissionDenied,
            ErrorCode.NotResponsible or ErrorCode.NotPublished or ErrorCode.LogRestarted =>
                StatusCode.FailedPrecondition,
            ErrorCode.TooLarge or ErrorCode.TooMany or ErrorCode.StorageFull or ErrorCode.SequenceExhausted =>
                StatusCode.ResourceExhausted,
            ErrorCode.Unavailable or ErrorCode.StoreRestored => StatusCode.Unavailable,
            ErrorCode.NotSupported or ErrorCode.MethodNotAllowed => StatusCode.Unimplemented,
            ErrorCode.Internal => StatusCode.Internal,
            _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No gRPC status for this code."),
        };

    public static ResponseCode HandleCode(ErrorCode code) =>
        code switch
        {
            ErrorCode.InvalidIdentifier => ResponseCode.InvalidHandle,
            ErrorCode.InvalidValue or ErrorCode.NotPublished => ResponseCode.InvalidValue,
            ErrorCode.NotFound or ErrorCode.Mistyped or ErrorCode.Revoked => ResponseCode.HandleNotFound,
            ErrorCode.ValueNotFound => ResponseCode.ValuesNotFound,
            ErrorCode.AlreadyExists or ErrorCode.KeyConflict => ResponseCode.HandleExists,
            ErrorCode.ValueAlreadyExists => ResponseCode.ValueExists,
            ErrorCode.Unauthenticated => ResponseCode.AuthenticationNeeded,
            ErrorCode.AuthenticationFailed => ResponseCode.AuthenticationFailed,
            ErrorCode.Forbidden => ResponseCode.InsufficientPermissions,
            ErrorCode.NotAdministrator => ResponseCode.InvalidAdministrator,
            ErrorCode.NotResponsible => ResponseCode.NotResponsible,
            ErrorCode.TooMany or ErrorCode.Unavailable => ResponseCode.ServerBusy,
            ErrorCode.Malformed or ErrorCode.UnsupportedMediaType => ResponseCode.ProtocolError,
            ErrorCode.NotSupported or ErrorCode.MethodNotAllowed => ResponseCode.OperationNotSupported,
            ErrorCode.VersionConflict
            or ErrorCode.TooLarge
            or ErrorCode.StorageFull
            or ErrorCode.SequenceExhausted
            or ErrorCode.LogRestarted
            or ErrorCode.StoreRestored
            or ErrorCode.Internal => ResponseCode.Error,
            _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No response code for this code."),
        };

    /// <summary>The title of the problem that an HTTP answer shows.</summary>
    public static string Title(ErrorCode code) =>
        code switch
        {
            ErrorCode.InvalidIdentifier => "Invalid identifier",
            ErrorCode.InvalidValue => "Invalid value",
            ErrorCode.NotFound => "Not found",
            ErrorCode.Mistyped => "Mistyped",
            ErrorCode.ValueNotFound => "Value not found",
            ErrorCode.Revoked => "Revoked",
            ErrorCode.AlreadyExists => "Already exists",
            ErrorCode.ValueAlreadyExists => "Value already exists",
            ErrorCode.KeyConflict => "Business key conflict",
            ErrorCode.VersionConflict => "Version conflict",
            ErrorCode.Unauthenticated => "Key needed",
            ErrorCode.AuthenticationFailed => "Key refused",
            ErrorCode.Forbidden => "Forbidden",
            ErrorCode.NotAdministrator => "Not an administrator",
            ErrorCode.NotResponsible => "Prefix not homed here",
            ErrorCode.TooLarge => "Too large",
            ErrorCode.TooMany => "Too many requests",
            ErrorCode.Unavailable => "Unavailable",
            ErrorCode.Malformed => "Malformed request",
            ErrorCode.UnsupportedMediaType => "Unsupported media type",
            ErrorCode.MethodNotAllowed => "Method not allowed",
            ErrorCode.NotSupported => "Not supported",
            ErrorCode.StorageFull => "Storage full",
            ErrorCode.SequenceExhausted => "Sequence exhausted",
            ErrorCode.NotPublished => "Template not published",
            ErrorCode.LogRestarted => "Log restarted",
            ErrorCode.StoreRestored => "Store restored",
            ErrorCode.Internal => "Internal error",
            _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No title for this code."),
        };
}
