using IdResolution.Server.Options;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Hosting;

/// <summary>
/// The beginning of the end: once the node is told to stop it says so on <c>/readyz</c>, and goes on answering for a
/// while, so that load balancers send their callers elsewhere before the listeners close.
/// </summary>
internal sealed class GracefulShutdown(IOptionsMonitor<DrainOptions> options, TimeProvider time, Readiness readiness)
    : IHostedLifecycleService
{
    // What requests in flight have after the listeners are closed.
    private const int FinishSeconds = 8;

    /// <summary>How long a stop may take in all.</summary>
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
