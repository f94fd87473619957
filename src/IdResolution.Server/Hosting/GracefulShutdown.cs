using IdResolution.Server.Options;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Hosting;

/// <summary>
/// Begins the stop of the node: sets <c>/readyz</c> to not ready, then waits. Meanwhile the node still answers
/// requests, so that load balancers can send callers elsewhere before the listeners close.
/// </summary>
internal sealed class GracefulShutdown(IOptionsMonitor<DrainOptions> options, TimeProvider time, Readiness readiness)
    : IHostedLifecycleService
{
    // The time that running requests have after the listeners are closed.
    private const int FinishSeconds = 8;

    /// <summary>The longest time for the whole stop.</summary>
    public static TimeSpan Time(DrainOptions options) => TimeSpan.FromSeconds(options.Seconds + FinishSeconds);

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        readiness.Stop();
        return options.CurrentValue.Seconds is > 0 and var seconds
            ? Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellationToken)
            : Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
