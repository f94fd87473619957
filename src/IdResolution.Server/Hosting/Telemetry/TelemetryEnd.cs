using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace IdResolution.Server.Hosting.Telemetry;

/// <summary>
/// Exports the remaining telemetry when the node stops: all three signals in parallel, for at most two seconds. So a
/// collector that hangs cannot delay the stop.
/// </summary>
internal sealed class TelemetryEnd(TracerProvider traces, MeterProvider metrics, LoggerProvider logs) : IHostedService
{
    private const int Milliseconds = 2_000;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(
            Task.Run(() => traces.Shutdown(Milliseconds), CancellationToken.None),
            Task.Run(() => metrics.Shutdown(Milliseconds), CancellationToken.None),
            Task.Run(() => logs.Shutdown(Milliseconds), CancellationToken.None)
        );
}
