using System.Diagnostics;
using System.Net;
using System.Text.Json;
using IdResolution.Server.Options;

namespace IdResolution.Benchmarks.Servers;

/// <summary>A server of the benchmarks in a process of its own; Dispose ends it.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;

    private readonly IReadOnlyDictionary<string, string> _addresses;

    private Child(Process process, IReadOnlyDictionary<string, string> addresses)
    {
        _process = process;
        _addresses = addresses;
    }

    /// <summary>Where it listens for HTTP.</summary>
    public IPEndPoint Http => IPEndPoint.Parse(_addresses["http"]);

    /// <summary>Where it listens for gRPC.</summary>
    public IPEndPoint Grpc => IPEndPoint.Parse(_addresses["grpc"]);

    /// <summary>Where it listens for the Handle protocol over TCP.</summary>
    public IPEndPoint Handle => IPEndPoint.Parse(_addresses["handle"]);

    /// <summary>The same over UDP; a node has the port of TCP.</summary>
    public IPEndPoint Udp => _addresses.TryGetValue("udp", out var address) ? IPEndPoint.Parse(address) : Handle;

    public int Id => _process.Id;

    /// <summary>Starts a verb of this program and waits until it serves.</summary>
    public static Task<Child> StartAsync(params string[] arguments) =>
        StartAsync(new ProcessStartInfo(Environment.ProcessPath!), arguments);

    /// <summary>Begins an attack on a node, by a process that gives way to every other.</summary>
    public static Task<Child> AttackAsync(string name, Child node) =>
        StartAsync(
            new ProcessStartInfo("nice", ["-n", "19", Environment.ProcessPath!]),
            "attack",
            "--name",
            name,
            "--http",
            node.Http.ToString(),
            "--grpc",
            node.Grpc.ToString(),
            "--handle",
            node.Handle.ToString()
        );

    private static async Task<Child> StartAsync(ProcessStartInfo start, params string[] arguments)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Child).Assembly.Location);
        }
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                return new Child(
                    process,
                    JsonSerializer.Deserialize<Dictionary<string, string>>(line["ready ".Length..])!
                );
            }
        }
        throw new InvalidOperationException($"{string.Join(' ', arguments)} ended before it served.");
    }

    /// <summary>Starts the node on a data directory, with a secondary node where one is given.</summary>
    public static Task<Child> NodeAsync(string data, long cacheBytes, UpstreamOptions? upstream = null)
    {
        List<string> arguments = ["serve", "--data", data, "--cache", cacheBytes.ToString()];
        if (upstream is not null)
        {
            arguments.AddRange(["--upstream", upstream.Url!, "--upstream-rate", upstream.RatePerSecond.ToString()]);
        }
        return StartAsync([.. arguments]);
    }

    /// <summary>Starts the node on a database of the server given.</summary>
    public static Task<Child> NodeAsync(string data, string database, long cacheBytes = 128L << 20) =>
        StartAsync("serve", "--data", data, "--database", database, "--cache", cacheBytes.ToString());

    /// <summary>Starts the bare endpoint that answers as a node does for an identifier.</summary>
    public static Task<Child> BaselineAsync(
        Child node,
        string identifier,
        string? key,
        string path = "/api/v1/identifiers/"
    )
    {
        var url = $"http://{node.Http}{path}{identifier}";
        return key is null
            ? StartAsync("baseline", "--body-of", url)
            : StartAsync("baseline", "--body-of", url, "--key", key);
    }

    /// <summary>Starts the gRPC service, or the bare endpoint, that answers as a node does for an identifier.</summary>
    public static Task<Child> GrpcBaselineAsync(Child node, string identifier, bool bare)
    {
        string[] arguments = ["grpc-baseline", "--node", node.Grpc.ToString(), "--identifier", identifier];
        return bare ? StartAsync([.. arguments, "--bare"]) : StartAsync(arguments);
    }

    /// <summary>Starts the echo servers for requests and answers of so many bytes.</summary>
    public static Task<Child> HandleBaselineAsync(int requestBytes, int answerBytes) =>
        StartAsync("handle-baseline", "--request", requestBytes.ToString(), "--answer", answerBytes.ToString());

    /// <summary>Anonymous resident memory in bytes.</summary>
    public long RssAnon() =>
        1024
        * long.Parse(
            File.ReadLines($"/proc/{Id}/status")
                .First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]
        );

    /// <summary>User and system time so far.</summary>
    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    /// <summary>Ends an attack; gives how many there were.</summary>
    public async Task<long> EndAsync()
    {
        _process.StandardInput.Close();
        return long.Parse((await _process.StandardOutput.ReadLineAsync())!);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
        _process.Dispose();
    }
}
