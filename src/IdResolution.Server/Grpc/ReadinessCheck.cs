using IdResolution.Server.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IdResolution.Server.Grpc;

/// <summary>
/// What the standard health service of gRPC says: the node serves while <c>/readyz</c> says so, and until it stops.
/// </summary>
internal sealed class ReadinessCheck(IReadiness readiness) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(readiness.IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
}
