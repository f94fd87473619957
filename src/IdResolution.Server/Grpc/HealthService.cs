using Grpc.Core;
using Grpc.Health.V1;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Grpc;

/// <summary>The standard health service (gRPC Health Checking Protocol): the node serves while <c>/readyz</c> says so, and until it stops.</summary>
[BindServiceMethod(typeof(HealthService), nameof(Bind))]
internal sealed class HealthService(Node node, Readiness readiness, IHostApplicationLifetime lifetime) : Health.HealthBase
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Binds the service.</summary>
    public static void Bind(ServiceBinderBase binder, Health.HealthBase? service) => Health.BindService(new CheckedBinder(binder), service);

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => StatusOf(request.Service) is var status && status == HealthCheckResponse.Types.ServingStatus.ServiceUnknown
        ? throw new RpcException(new Status(StatusCode.NotFound, $"There is no service {request.Service}."))
        : Task.FromResult(new HealthCheckResponse { Status = status });

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        HealthCheckResponse.Types.ServingStatus? said = null;
        while (!context.CancellationToken.IsCancellationRequested)
        {
            var status = StatusOf(request.Service);
            if (status != said)
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, context.CancellationToken);
                said = status;
            }
            if (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                throw GrpcErrors.ToException(Stops.Error, context);
            }
            await Task.Delay(LookEvery, node.Time, stop.Token).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private HealthCheckResponse.Types.ServingStatus StatusOf(string service) =>
        service.Length > 0 && !ReflectionIndex.Services.Contains(service) ? HealthCheckResponse.Types.ServingStatus.ServiceUnknown
        : readiness.IsReady ? HealthCheckResponse.Types.ServingStatus.Serving
        : HealthCheckResponse.Types.ServingStatus.NotServing;
}
