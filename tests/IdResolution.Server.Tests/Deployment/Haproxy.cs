using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

/// <summary>
/// The proxy of <c>docker-compose.yml</c> by its own configuration, on loopback, in front of two nodes of a test.
/// </summary>
internal sealed class Haproxy : IDisposable
{
    private const string Executable = "/usr/sbin/haproxy";

    private readonly TemporaryDirectory _folder = new();
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private Haproxy(string configuration, string? tls)
    {
        var file = _folder.File("haproxy.cfg");
        File.WriteAllText(file, configuration);
        // -db: in the foreground, so that it ends with us.
        _process = Process.Start(
            new ProcessStartInfo(Executable, ["-db", "-f", file])
            {
                Environment = { ["IDR_TLS"] = tls },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        _process.OutputDataReceived += (_, line) => Say(line.Data);
        _process.ErrorDataReceived += (_, line) => Say(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public required Uri Http { get; init; }

    public required Uri Grpc { get; init; }

    public required IPEndPoint Handle { get; init; }

    /// <summary>What it has printed and logged.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>Ignores the test where the program is missing; fails it in CI.</summary>
    public static void Require()
    {
        if (!File.Exists(Executable))
        {
            Programs.Miss($"{Executable} (package haproxy)");
        }
    }

    /// <summary>Asks it what it thinks of a configuration.</summary>
    public static (int ExitCode, string Text) Check(string file)
    {
        var (code, output, errors) = Tool.Run(Executable, "-c", "-f", file);
        return (code, Encoding.UTF8.GetString(output) + errors);
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="nodes">Where the two nodes serve HTTP, gRPC and the Handle protocol.</param>
    public static Task<Haproxy> StartAsync(params (IPEndPoint Http, IPEndPoint Grpc, IPEndPoint Handle)[] nodes) =>
        StartAsync(RepositoryFolder.Read("deploy", "proxy", "haproxy.cfg"), null, nodes);

    /// <summary>Starts it with another configuration, such as one in which something is altered.</summary>
    /// <param name="configuration">The text of the configuration.</param>
    /// <param name="tls">The file with certificate and key; without it HTTP and gRPC are in the clear.</param>
    /// <param name="nodes">Where the two nodes serve HTTP, gRPC and the Handle protocol.</param>
    public static async Task<Haproxy> StartAsync(
        string configuration,
        string? tls,
        params (IPEndPoint Http, IPEndPoint Grpc, IPEndPoint Handle)[] nodes
    )
    {
        Require();
        var ports = FreePorts(4);
        configuration = configuration
            .Replace("bind :8080", $"bind 127.0.0.1:{ports[0]}", StringComparison.Ordinal)
            .Replace("bind :8081", $"bind 127.0.0.1:{ports[1]}", StringComparison.Ordinal)
            .Replace("bind :2641", $"bind 127.0.0.1:{ports[3]}", StringComparison.Ordinal)
            .Replace("bind 127.0.0.1:8404", $"bind 127.0.0.1:{ports[2]}", StringComparison.Ordinal);
        for (var i = 0; i < nodes.Length; i++)
        {
            configuration = configuration
                .Replace($"node{i + 1}:8080", nodes[i].Http.ToString(), StringComparison.Ordinal)
                .Replace($"node{i + 1}:8081", nodes[i].Grpc.ToString(), StringComparison.Ordinal)
                .Replace($"node{i + 1}:2641", nodes[i].Handle.ToString(), StringComparison.Ordinal);
        }
        var scheme = tls is null ? "http" : "https";
        var proxy = new Haproxy(configuration, tls)
        {
            Http = new Uri($"{scheme}://127.0.0.1:{ports[0]}"),
            Grpc = new Uri($"{scheme}://127.0.0.1:{ports[1]}"),
            Handle = new IPEndPoint(IPAddress.Loopback, ports[3]),
        };
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{ports[2]}/healthz"));
                Assert.That((int)answer.StatusCode, Is.EqualTo(200));
                return proxy;
            }
            catch (HttpRequestException e)
            {
                if (tries == 100 || proxy._process.HasExited)
                {
                    throw new InvalidOperationException($"haproxy does not listen: {proxy.Said}", e);
                }
                await Task.Delay(100);
            }
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
        _folder.Dispose();
    }

    private void Say(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(l => l.Start());
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        listeners.ForEach(l => l.Dispose());
        return ports;
    }
}
