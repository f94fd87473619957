using IdResolution.Core.Access;
using IdResolution.Server.Http;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Lets a call through only if its caller has the role that the method needs. The messages of others, which may be
/// large, are not even read.
/// </summary>
internal sealed class GrpcGate(Auditor auditor)
{
    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        if (RoleNeededAttribute.Refusal(context) is not { } refused)
        {
            return next(context);
        }
        auditor.Denied(CallOrigin.Of(context, context.Caller()), "gRPC " + MethodName.Of(context), refused.Code);
        RequestOutcome.Note(context, refused.Code.ToString());
        GrpcErrors.Refuse(context, refused);
        return Task.CompletedTask;
    }
}
