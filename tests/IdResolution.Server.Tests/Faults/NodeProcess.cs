using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace IdResolution.Server.Tests.Faults;

/// <summary>The real executable as a process of its own, on a port the system chose.</summary>
internal sealed class NodeProcess : IDisposable
{
    public const string Prefix = "88.300.1";

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private static readonly string[] s_listeners =
    [
        "--http",
        "127.0.0.1:0",
        "--grpc",
        "127.0.0.1:0",
        "--handle",
        "127.0.0.1:0",
    ];

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private NodeProcess(Process process) => _process = process;

    public static string Executable => Path.Combine(AppContext.BaseDirectory, "idnode");

    public int Id => _process.Id;

    /// <summary>The key that requests carry.</summary>
    public string? Key => Http.DefaultRequestHeaders.Authorization?.Parameter;

    /// <summary>Memory that is the process' own (RssAnon).</summary>
    public long AnonymousBytes =>
        long.Parse(
            File.ReadLines($"/proc/{Id}/status")
                .First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) * 1024;

    /// <summary>The Handle protocol over TCP.</summary>
    public IPEndPoint HandleEndPoint { get; private set; } = null!;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Starts a node on a directory and waits until it serves.</summary>
    public static Task<NodeProcess> StartAsync(string data, string? adminKey = null, params string[] wrapper) =>
        StartAsync(data, adminKey, static _ => { }, wrapper);

    /// <summary>Starts a node with settings in its environment, or in another working directory.</summary>
    public static async Task<NodeProcess> StartAsync(
        string data,
        string? adminKey,
        Action<ProcessStartInfo> configure,
        params string[] wrapper
    )
    {
        string[] command = [.. wrapper, Executable, "serve", "--data", data, "--prefix", Prefix, .. s_listeners];
        return await StartAsync(command, adminKey, configure);
    }

    /// <summary>
    /// Starts a node by the command of a document, such as <c>idnode serve --data data</c>, on a directory of the
    /// test's and on ports the system chooses.
    /// </summary>
    public static Task<NodeProcess> StartAsDocumentedAsync(string command, string data) =>
        StartAsync(
            [
                Executable,
                .. command.Replace("--data data", $"--data {data}", StringComparison.Ordinal).Split(' ')[1..],
                .. s_listeners,
            ],
            null,
            static _ => { }
        );

    private static async Task<NodeProcess> StartAsync(
        string[] command,
        string? adminKey,
        Action<ProcessStartInfo> configure
    )
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        configure(start);
        var node = new NodeProcess(Process.Start(start)!);
        node._process.ErrorDataReceived += (_, line) =>
        {
            lock (node._errors)
            {
                node._errors.AppendLine(line.Data);
            }
        };
        node._process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(StartTime);
        while (await node._process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.StartsWith("admin-key ", StringComparison.Ordinal))
            {
                adminKey = line["admin-key ".Length..];
            }
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                var addresses = JsonDocument.Parse(line["ready ".Length..]).RootElement;
                node.Http.BaseAddress = new Uri($"http://{addresses.GetProperty("http").GetString()}");
                node.HandleEndPoint = IPEndPoint.Parse(addresses.GetProperty("handle").GetString()!);
                node.UseKey(adminKey);
                return node;
            }
        }
        await node._process.WaitForExitAsync(timeout.Token);
        throw new InvalidOperationException(
            $"The node ended with {node._process.ExitCode} before it served: {node.Errors}"
        );
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        return (process.ExitCode, await output, await errors);
    }

    public void UseKey(string? key) =>
        Http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);

    public Task<HttpResponseMessage> RegisterAsync(string sourceKey, CancellationToken cancellationToken = default) =>
        Http.PostAsJsonAsync(
            "/api/v1/identifiers",
            new
            {
                template = "mea-batch",
                source = "mes",
                sourceKey,
                attributes = new { remark = sourceKey },
            },
            cancellationToken
        );

    /// <summary>Asks the node to end and gives how long it took.</summary>
    public async Task<TimeSpan> TerminateAsync()
    {
        var clock = Stopwatch.StartNew();
        Signal("TERM");
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(timeout.Token);
        return clock.Elapsed;
    }

    /// <summary>Ends the node without any warning (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString()]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
        Http.Dispose();
    }
}
