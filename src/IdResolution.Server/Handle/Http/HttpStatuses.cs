using IdResolution.HandleProtocol.Messages;

namespace IdResolution.Server.Handle.Http;

/// <summary>Maps response codes to HTTP statuses, as Handle.Net does.</summary>
internal static class HttpStatuses
{
    /// <summary>The status of a response code. In a resolution, a handle without matching values is no error.</summary>
    public static int Of(ResponseCode code, bool resolving) =>
        code switch
        {
            ResponseCode.Success => StatusCodes.Status200OK,
            ResponseCode.HandleNotFound => StatusCodes.Status404NotFound,
            ResponseCode.HandleExists or ResponseCode.ValueExists => StatusCodes.Status409Conflict,
            ResponseCode.ValuesNotFound => resolving ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
            ResponseCode.ProtocolError
            or ResponseCode.InvalidHandle
            or ResponseCode.InvalidValue
            or ResponseCode.NotResponsible => StatusCodes.Status400BadRequest,
            ResponseCode.ServiceReferral or ResponseCode.PrefixReferral => StatusCodes.Status300MultipleChoices,
            ResponseCode.OperationNotSupported => StatusCodes.Status501NotImplemented,
            ResponseCode.ServerBusy or ResponseCode.ServerBackup => StatusCodes.Status503ServiceUnavailable,
            ResponseCode.AuthenticationNeeded => StatusCodes.Status401Unauthorized,
            ResponseCode.InvalidAdministrator
            or ResponseCode.InsufficientPermissions
            or ResponseCode.AuthenticationFailed
            or ResponseCode.InvalidCredential => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status500InternalServerError,
        };
}
