using IdResolution.Core.Access;
using IdResolution.Server.Http;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Lets a call through only if its caller has the role that the method needs, and not too many run. The messages of
/// others, which may be large, are not even read.
/// </summary>
internal sealed class GrpcGate(Auditor auditor, OpenCalls calls, HeldAnswers held)
{
    /// <summary>True for a call that changes something.</summary>
    public static bool Changes(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RoleNeededAttribute>() is { Role: Role.Registrar or Role.Admin };

    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var call = Task.CompletedTask;
        if (
            (
                RoleNeededAttribute.Refusal(context)
                ?? (Changes(context) ? held.Refusal(context) : null)
                ?? calls.TryRun(context, next, out call)
            )
            is not { } refused
        )
        {
            return call;
        }
        auditor.Denied(CallOrigin.Of(context, context.Caller()), "gRPC " + MethodName.Of(context), refused.Code);
        RequestOutcome.Note(context, refused.Code.ToString());
        GrpcErrors.Refuse(context, refused);
        return Task.CompletedTask;
    }
}
