namespace IdResolution.Server.Grpc;

/// <summary>
/// Marks the connections and endpoints of the gRPC listener, so that no port serves what belongs to another.
/// </summary>
internal sealed class GrpcListener
{
    private static readonly GrpcListener Mark = new();

    private GrpcListener() { }

    /// <summary>Makes a listener the gRPC one: HTTP/2 only, and its connections are marked.</summary>
    public static void Use(Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions listen)
    {
        listen.Protocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2;
        listen.Use(next =>
            connection =>
            {
                connection.Features.Set(Mark);
                return next(connection);
            }
        );
    }

    /// <summary>
    /// Answers 404 to a gRPC call at another listener, and to any other request at the gRPC listener.
    /// </summary>
    public static Task Gate(HttpContext context, RequestDelegate next)
    {
        if ((context.GetEndpoint()?.Metadata.GetMetadata<GrpcListener>() is not null) == Took(context))
        {
            return next(context);
        }
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>Marks endpoints that only the gRPC listener may serve.</summary>
    public static void Own(IEndpointConventionBuilder endpoints) => endpoints.WithMetadata(Mark);

    /// <summary>True for a request that came in by the gRPC listener.</summary>
    public static bool Took(HttpContext context) => context.Features.Get<GrpcListener>() is not null;
}
