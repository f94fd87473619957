namespace IdResolution.Server.Hosting;

/// <summary>
/// The beginning of the end: once the node is told to stop it says so on <c>/readyz</c>, and goes on answering for a while, so that load
/// balancers send their callers elsewhere before the listeners close.
/// </summary>
internal sealed class Drain(Node node, Readiness readiness) : IHostedLifecycleService
{
    // What requests in flight have after the listeners are closed.
    private const int FinishSeconds = 8;

    /// <summary>How long a stop may take in all.</summary>
    public static TimeSpan Time(NodeOptions options) => TimeSpan.FromSeconds(options.Drain.Seconds + FinishSeconds);

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        readiness.Stop();
        return node.Options.Drain.Seconds == 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromSeconds(node.Options.Drain.Seconds), node.Time, cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
