namespace IdResolution.Server.Grpc;

/// <summary>
/// Marks the connections and endpoints of the gRPC listener, so that neither port serves what belongs to the other.
/// </summary>
internal sealed class GrpcListener
{
    private static readonly GrpcListener Mark = new();

    private GrpcListener() { }

    /// <summary>Makes a listener the one of gRPC: HTTP/2 alone, its connections marked.</summary>
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

    /// <summary>Answers 404 where a call of one listener was asked for at the other.</summary>
    public static Task Gate(HttpContext context, RequestDelegate next)
    {
        if ((context.GetEndpoint()?.Metadata.GetMetadata<GrpcListener>() is not null) == Took(context))
        {
            return next(context);
        }
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>Marks endpoints as its own.</summary>
    public static void Own(IEndpointConventionBuilder endpoints) => endpoints.WithMetadata(Mark);

    /// <summary>True for requests that came in by it.</summary>
    public static bool Took(HttpContext context) => context.Features.Get<GrpcListener>() is not null;
}
