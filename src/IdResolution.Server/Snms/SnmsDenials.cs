using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;

namespace IdResolution.Server.Snms;

/// <summary>
/// Writes refused calls of the SNMS protocol to the audit log. Wrong log-ins are noted where they are checked.
/// Thread-safe.
/// </summary>
internal sealed class SnmsDenials(Auditor auditor)
{
    /// <summary>Notes the answer to a call if it is a denial.</summary>
    public void Note(HttpContext context, SnmsEndpoint endpoint, SnmsReply reply)
    {
        if (
            endpoint.Needed == Role.Anonymous
            || (reply.Error ?? reply.Denied) is not { } error
            || error.Code
                is not (
                    ErrorCode.Unauthenticated
                    or ErrorCode.AuthenticationFailed
                    or ErrorCode.Forbidden
                    or ErrorCode.NotResponsible
                    or ErrorCode.TooMany
                )
        )
        {
            return;
        }
        var caller = CallOrigin.Of(context, context.Caller());
        auditor.Denied(
            caller,
            error.Code == ErrorCode.AuthenticationFailed ? Auditor.Authentication : $"snms {endpoint.Operation}",
            error.Code,
            AuditTargets.OfIdentifier(reply.Target ?? context.Request.Query["handle"])
        );
    }
}
