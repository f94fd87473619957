using Grpc.Core;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.HandleProtocol.Messages;
using Status = IdResolution.Server.SnmsWire.SnmsStatus;

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
            or ErrorCode.Held
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
            ErrorCode.NotResponsible or ErrorCode.NotPublished or ErrorCode.Held or ErrorCode.LogRestarted =>
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
            or ErrorCode.Held
            or ErrorCode.LogRestarted
            or ErrorCode.StoreRestored
            or ErrorCode.Internal => ResponseCode.Error,
            _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No response code for this code."),
        };

    /// <summary>The status number of the SNMS protocol.</summary>
    public static int SnmsStatus(ErrorCode code) =>
        code switch
        {
            ErrorCode.Unauthenticated or ErrorCode.AuthenticationFailed => Status.NotLoggedIn,
            ErrorCode.Forbidden or ErrorCode.NotAdministrator or ErrorCode.NotResponsible => Status.Forbidden,
            ErrorCode.InvalidIdentifier
            or ErrorCode.InvalidValue
            or ErrorCode.NotFound
            or ErrorCode.Mistyped
            or ErrorCode.ValueNotFound
            or ErrorCode.Revoked
            or ErrorCode.AlreadyExists
            or ErrorCode.ValueAlreadyExists
            or ErrorCode.KeyConflict
            or ErrorCode.VersionConflict
            or ErrorCode.TooLarge
            or ErrorCode.Malformed
            or ErrorCode.UnsupportedMediaType
            or ErrorCode.MethodNotAllowed
            or ErrorCode.NotSupported
            or ErrorCode.SequenceExhausted
            or ErrorCode.NotPublished
            or ErrorCode.Held
            or ErrorCode.LogRestarted => Status.Refused,
            // Not refused for good: callers try again.
            ErrorCode.TooMany
            or ErrorCode.Unavailable
            or ErrorCode.StorageFull
            or ErrorCode.StoreRestored
            or ErrorCode.Internal => Status.Failed,
            _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No status of SNMS for this code."),
        };

    /// <summary>The title of the problem that an HTTP answer shows.</summary>
    public static Text Title(ErrorCode code) =>
        code switch
        {
            ErrorCode.InvalidIdentifier => new("Invalid identifier", "标识无效"),
            ErrorCode.InvalidValue => new("Invalid value", "值无效"),
            ErrorCode.NotFound => new("Not found", "未找到"),
            ErrorCode.Mistyped => new("Mistyped", "输入有误"),
            ErrorCode.ValueNotFound => new("Value not found", "值不存在"),
            ErrorCode.Revoked => new("Revoked", "已注销"),
            ErrorCode.AlreadyExists => new("Already exists", "已存在"),
            ErrorCode.ValueAlreadyExists => new("Value already exists", "值已存在"),
            ErrorCode.KeyConflict => new("Business key conflict", "业务主键冲突"),
            ErrorCode.Held => new("Held", "已冻结"),
            ErrorCode.VersionConflict => new("Version conflict", "版本冲突"),
            ErrorCode.Unauthenticated => new("Key needed", "需要密钥"),
            ErrorCode.AuthenticationFailed => new("Key refused", "密钥无效"),
            ErrorCode.Forbidden => new("Forbidden", "无权限"),
            ErrorCode.NotAdministrator => new("Not an administrator", "不是管理员"),
            ErrorCode.NotResponsible => new("Prefix not homed here", "前缀不归属本节点"),
            ErrorCode.TooLarge => new("Too large", "内容过大"),
            ErrorCode.TooMany => new("Too many requests", "请求过多"),
            ErrorCode.Unavailable => new("Unavailable", "暂不可用"),
            ErrorCode.Malformed => new("Malformed request", "请求格式错误"),
            ErrorCode.UnsupportedMediaType => new("Unsupported media type", "不支持的媒体类型"),
            ErrorCode.MethodNotAllowed => new("Method not allowed", "不支持该请求方法"),
            ErrorCode.NotSupported => new("Not supported", "不支持"),
            ErrorCode.StorageFull => new("Storage full", "存储空间已满"),
            ErrorCode.SequenceExhausted => new("Sequence exhausted", "流水号已用尽"),
            ErrorCode.NotPublished => new("Template not published", "模板未发布"),
            ErrorCode.LogRestarted => new("Log restarted", "日志已重新开始"),
            ErrorCode.StoreRestored => new("Store restored", "存储已恢复"),
            ErrorCode.Internal => new("Internal error", "内部错误"),
            _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No title for this code."),
        };
}
