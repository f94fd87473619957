using System.IO.Compression;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Grpc.Reflection;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rpc = Google.Rpc;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;
using V1Alpha = Grpc.Reflection.V1Alpha;

namespace IdResolution.Server.Grpc;

/// <summary>Registers and maps the gRPC front end.</summary>
internal static class GrpcApi
{
    /// <summary>The services of the package <c>idresolution.v1</c>.</summary>
    public static IReadOnlyList<ServiceDescriptor> Own { get; } =
    [
        V1.Equipment.Descriptor,
        V1.Labels.Descriptor,
        V1.Partners.Descriptor,
        V1.Registry.Descriptor,
        V1.Resolver.Descriptor,
        V1.Traceability.Descriptor,
        V1.Warehouse.Descriptor,
    ];

    /// <summary>All services of the front end. Health and reflection list these.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services { get; } =
    [
        global::Grpc.Health.V1.Health.Descriptor,
        global::Grpc.Reflection.V1.ServerReflection.Descriptor,
        V1Alpha.ServerReflection.Descriptor,
        .. Own,
    ];

    public static IServiceCollection AddGrpcApi(this IServiceCollection services, LimitOptions limits)
    {
        AddMessages(services, limits);
        AddHealth(services);
        AddReflection(services);
        return services
            .AddSingleton<IServiceMethodProvider<ResolverService>, ResolveMethods>()
            .AddSingleton<IServiceMethodProvider<RegistryService>, RegisterMethods>()
            .AddSingleton<CallInterceptor>()
            .AddSingleton<OpenCalls>()
            .AddSingleton<GrpcGate>()
            .AddSingleton<RecordRenderer>()
            .AddSingleton<ResolveBatches>()
            .AddSingleton<ChangeStream>()
            .AddSingleton<BatchStreams>()
            .AddSingleton<ItemRegistrations>()
            .AddSingleton<RegisterStreams>()
            .AddSingleton<TemplateCalls>()
            .AddSingleton<EventTaking>()
            .AddSingleton<EventAsking>()
            .AddSingleton<ScanChecks>()
            .AddSingleton<QualityMethods>()
            .AddSingleton<TraceStream>()
            .AddSingleton<AnalysisCalls>()
            .AddSingleton<StopInterceptor>()
            .AddSingleton<RegistryService>()
            .AddSingleton<ResolverService>()
            .AddSingleton<LabelsService>()
            .AddSingleton<TraceabilityService>()
            .AddSingleton<WarehouseService>()
            .AddSingleton<EquipmentService>()
            .AddSingleton<PartnersService>();
    }

    private static void AddMessages(IServiceCollection services, LimitOptions limits) =>
        services
            .AddGrpc(grpc =>
            {
                // Registering and recording need large messages. All other methods take small ones, from everyone.
                grpc.MaxReceiveMessageSize = limits.BodyBytes;
                grpc.ResponseCompressionAlgorithm = "gzip";
                grpc.CompressionProviders = [new GzipProvider(CompressionLevel.Fastest)];
                grpc.Interceptors.Add<CallInterceptor>();
            })
            .AddServiceOptions<RegistryService>(registry => registry.MaxReceiveMessageSize = limits.MessageBytes)
            .AddServiceOptions<TraceabilityService>(events => events.MaxReceiveMessageSize = limits.MessageBytes);

    /// <summary>Maps the services. Only the gRPC listener takes their calls, and it takes no other requests.</summary>
    /// <param name="app">The application.</param>
    /// <param name="more">Maps further services in the same way; null for none.</param>
    public static void MapGrpcApi(this WebApplication app, Action<IEndpointRouteBuilder>? more = null)
    {
        var grpc = app.MapGroup("");
        GrpcListener.Own(grpc);
        grpc.MapGrpcService<RegistryService>().Add(HoldAnswers);
        grpc.MapGrpcService<ResolverService>().Add(HoldAnswers);
        grpc.MapGrpcService<LabelsService>().Add(HoldAnswers);
        grpc.MapGrpcService<TraceabilityService>().Add(HoldAnswers);
        grpc.MapGrpcService<WarehouseService>().Add(HoldAnswers);
        grpc.MapGrpcService<EquipmentService>().Add(HoldAnswers);
        grpc.MapGrpcService<PartnersService>().Add(HoldAnswers);
        grpc.MapGrpcHealthChecksService();
        grpc.MapGrpcReflectionService();
        more?.Invoke(grpc);
    }

    /// <summary>Has long answers held against the share of their caller until they are taken.</summary>
    private static void HoldAnswers(EndpointBuilder endpoint) =>
        endpoint.RequestDelegate = HeldAnswers.UntilTaken(endpoint.RequestDelegate!);

    private static void AddHealth(IServiceCollection services)
    {
        services
            .AddGrpcHealthChecks(health =>
            {
                foreach (var service in Services)
                {
                    health.Services.Map(service.FullName, static _ => true);
                }
            })
            .AddCheck<ReadinessCheck>("ready");
        // A health Watch learns of a change within this period. The library takes no shorter one.
        services.Configure<HealthCheckPublisherOptions>(static publisher =>
            (publisher.Delay, publisher.Period) = (TimeSpan.Zero, TimeSpan.FromSeconds(1))
        );
    }

    private static void AddReflection(IServiceCollection services)
    {
        // Made here instead of by the library: so the services are in order, and the details of errors are included,
        // which no service's file imports.
        var names = Services.Select(service => service.FullName);
        var symbols = SymbolRegistry.FromFiles(
            Services.Select(service => service.File).Append(Rpc.ErrorDetailsReflection.Descriptor)
        );
        services
            .AddSingleton(new ReflectionServiceImpl(names, symbols))
            .AddSingleton(new ReflectionV1ServiceImpl(names, symbols))
            .AddGrpcReflection()
            .AddOptions<GrpcServiceOptions<ReflectionServiceImpl>>()
            .Configure(static reflection => reflection.Interceptors.Add<StopInterceptor>());
        services
            .AddOptions<GrpcServiceOptions<ReflectionV1ServiceImpl>>()
            .Configure(static reflection => reflection.Interceptors.Add<StopInterceptor>());
    }
}
