using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Http;

/// <summary>
/// Metadata of a call that only callers of a role, or above, get through to: looked at once for each transport, before
/// anything of the body is read.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RoleNeededAttribute(Role role) : Attribute
{
    /// <summary>The least role.</summary>
    public Role Role { get; } = role;

    /// <summary>Why the caller of a routed request may not make it, or null where it may.</summary>
    public static Error? Refusal(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RoleNeededAttribute>() is { } needed
            ? AccessPolicy.Require(context.Caller(), needed.Role)
            : null;
}
