using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Benchmarks.Data;

/// <summary>Nodes as the benchmarks need them.</summary>
internal static class BenchNode
{
    /// <param name="data">The data directory.</param>
    /// <param name="cacheBytes">The size of L1.</param>
    /// <param name="database">A database on the server given, or null for the embedded store.</param>
    public static NodeOptions Options(string data, long cacheBytes = 0, string? database = null) =>
        new()
        {
            Data = data,
            Prefixes = [Item.Prefix],
            Http = "127.0.0.1:0",
            Grpc = "127.0.0.1:0",
            Handle = "127.0.0.1:0",
            Cache = new CacheOptions { Bytes = cacheBytes },
            Store = new StoreOptions { SqlServer = database is null ? "" : GivenServer.ConnectionString(database) },
        };

    /// <summary>Opens a node, made and initialised where missing.</summary>
    public static Task<NodeContainer> OpenAsync(
        string data,
        CancellationToken cancellationToken,
        string? database = null
    ) => OpenAsync(Options(data, database: database), cancellationToken);

    /// <summary>The same by settings.</summary>
    public static async Task<NodeContainer> OpenAsync(NodeOptions options, CancellationToken cancellationToken)
    {
        var node = await NodeContainer.OpenAsync(options, create: true, TimeProvider.System);
        await node.Get<FirstStart>().InitializeAsync(cancellationToken);
        return node;
    }

    /// <summary>A key of a role, made once for each data directory and kept beside the database.</summary>
    public static async Task<string> KeyAsync(
        string data,
        Role role,
        CancellationToken cancellationToken,
        string? database = null
    )
    {
        var file = Path.Combine(data, $"bench-{role.ToString().ToLowerInvariant()}.key");
        if (!File.Exists(file))
        {
            using var node = await OpenAsync(data, cancellationToken, database);
            var made = await node.Get<KeyIssuer>()
                .CreateAsync(new NewKey(role, "benchmarks"), Caller.Node, cancellationToken);
            await File.WriteAllTextAsync(file, made.Value.Text, cancellationToken);
        }
        return await File.ReadAllTextAsync(file, cancellationToken);
    }
}
