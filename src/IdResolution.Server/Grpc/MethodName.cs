using Grpc.AspNetCore.Server;

namespace IdResolution.Server.Grpc;

/// <summary>
/// The name of the method that a request was routed to, as it is declared: the router takes any case of letters, so the
/// path is the caller's to choose.
/// </summary>
internal static class MethodName
{
    /// <summary>Such as <c>/idresolution.v1.Registry/Register</c>; null if the request is of no method.</summary>
    public static string? Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName;
}
