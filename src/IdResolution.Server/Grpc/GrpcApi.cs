using System.IO.Compression;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using IdResolution.Server.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IdResolution.Server.Grpc;

/// <summary>Registers and maps the gRPC front end.</summary>
internal static class GrpcApi
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddGrpcApi(this IServiceCollection services, NodeOptions.LimitOptions limits)
    {
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = limits.MessageBytes;
            grpc.ResponseCompressionAlgorithm = "gzip";
            grpc.CompressionProviders = [new GzipProvider(CompressionLevel.Fastest)];
            grpc.Interceptors.Add<CallInterceptor>();
        });
        // What is not for registering takes small messages, and takes them from everyone.
        void Small<TService>()
            where TService : class => services.AddOptions<GrpcServiceOptions<TService>>().Configure(service => service.MaxReceiveMessageSize = limits.BodyBytes);
        Small<ResolverService>();
        Small<LabelsService>();
        services.AddGrpcHealthChecks().AddCheck<ReadinessCheck>("ready");
        services.AddGrpcReflection();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<ResolverService>, ResolveMethod>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<RegistryService>, RegisterMethods>());
        return services
            .AddSingleton<CallInterceptor>()
            .AddSingleton<RegistryService>()
            .AddSingleton<ResolverService>()
            .AddSingleton<LabelsService>();
    }

    /// <summary>Maps the services; only the gRPC listener takes their calls, and it takes no others.</summary>
    /// <param name="app">The application.</param>
    /// <param name="more">Maps further services in the same way.</param>
    public static void MapGrpcApi(this WebApplication app, Action<IEndpointRouteBuilder>? more = null)
    {
        var grpc = app.MapGroup("");
        GrpcListener.Own(grpc);
        grpc.MapGrpcService<RegistryService>();
        grpc.MapGrpcService<ResolverService>();
        grpc.MapGrpcService<LabelsService>();
        grpc.MapGrpcHealthChecksService();
        grpc.MapGrpcReflectionService();
        more?.Invoke(grpc);
    }
}
