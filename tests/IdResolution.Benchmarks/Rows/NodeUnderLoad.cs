using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;

namespace IdResolution.Benchmarks.Rows;

/// <summary>A node with a new data directory and a registrar's key for it.</summary>
internal sealed class NodeUnderLoad : IAsyncDisposable
{
    private readonly string _data;

    private NodeUnderLoad(string data, string key, Child server) => (_data, Key, Server) = (data, key, server);

    public string Key { get; }

    public Child Server { get; }

    public static async Task<NodeUnderLoad> StartAsync(Bench bench, CancellationToken stop)
    {
        var data = bench.Scratch();
        var key = await BenchNode.KeyAsync(data, Role.Registrar, stop);
        return new NodeUnderLoad(data, key, await Child.NodeAsync(data, 128L << 20));
    }

    /// <summary>How many items it has stored.</summary>
    public long Count() => Generator.Count(Path.Combine(_data, "idnode.db"));

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
