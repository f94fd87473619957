using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Http;

/// <summary>
/// Marks a call that needs a role or a higher one. REST and gRPC each check it before they read the body.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RoleNeededAttribute(Role role) : Attribute
{
    /// <summary>The lowest role that may make the call.</summary>
    public Role Role { get; } = role;

    /// <summary>True if keys tied to a partner may call too: they are shown what grants show.</summary>
    public bool Partners { get; init; }

    /// <summary>The error if the caller may not make the call that it was routed to, else null.</summary>
    public static Error? Refusal(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RoleNeededAttribute>()?.Refusal(context.Caller());

    private Error? Refusal(Caller caller) =>
        Partners ? AccessPolicy.RequireAsking(caller, Role) : AccessPolicy.Require(caller, Role);
}
