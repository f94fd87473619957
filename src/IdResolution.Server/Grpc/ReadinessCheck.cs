using IdResolution.Server.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IdResolution.Server.Grpc;

/// <summary>The state that gRPC's standard health service reports: serving while <c>/readyz</c> says ready.</summary>
internal sealed class ReadinessCheck(IReadiness readiness) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(readiness.IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
}
