using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Caching;

/// <summary>A real redis-server on a port of loopback that was free, in a directory of its own.</summary>
internal sealed class RedisServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TemporaryDirectory _directory = new();
    private readonly string[] _arguments;
    private Process? _process;

    private RedisServer(params string[] arguments) => _arguments = arguments;

    public int Port { get; } = FreePort();

    public int TlsPort { get; private init; }

    public string Configuration => $"127.0.0.1:{Port}";

    /// <summary>Who may do all, where a password is asked for.</summary>
    public string? Password { get; private init; }

    private bool IsSentinel { get; init; }

    private string SentinelFile => _directory.File("sentinel.conf");

    private string Snapshot => _directory.File("dump.rdb");

    /// <summary>Starts a server with more arguments of redis-server.</summary>
    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        var server = new RedisServer(arguments);
        await server.RunAsync();
        return server;
    }

    /// <summary>Starts a server that asks for a password.</summary>
    public static async Task<RedisServer> StartWithPasswordAsync(string password)
    {
        var server = new RedisServer(["--requirepass", password]) { Password = password };
        await server.RunAsync();
        return server;
    }

    /// <summary>Starts a server that also takes TLS.</summary>
    public static async Task<RedisServer> StartWithTlsAsync(string certificateFile, string keyFile)
    {
        var port = FreePort();
        var server = new RedisServer([
            "--tls-port",
            $"{port}",
            "--tls-cert-file",
            certificateFile,
            "--tls-key-file",
            keyFile,
            "--tls-auth-clients",
            "no",
        ])
        {
            TlsPort = port,
        };
        await server.RunAsync();
        return server;
    }

    /// <summary>
    /// Starts a server that lets in a user with these rules, <c>operator</c>, who may do all, and nobody else.
    /// </summary>
    public static async Task<RedisServer> StartWithUserAsync(string password, params string[] rules)
    {
        var server = new RedisServer([
            "--user",
            "operator",
            "on",
            $">{password}",
            "~*",
            "&*",
            "+@all",
            "--user",
            .. rules,
            "--user",
            "default",
            "off",
        ])
        {
            Password = password,
        };
        await server.RunAsync();
        return server;
    }

    /// <summary>
    /// Starts a sentinel that watches a primary of a name; it gives one up that is silent for half a second.
    /// </summary>
    public static async Task<RedisServer> StartSentinelAsync(string name, RedisServer primary)
    {
        var server = new RedisServer { IsSentinel = true };
        await File.WriteAllTextAsync(
            server.SentinelFile,
            $"""
            port {server.Port}
            bind 127.0.0.1
            dir {server._directory.Path}
            sentinel monitor {name} 127.0.0.1 {primary.Port} 1
            sentinel down-after-milliseconds {name} 500
            sentinel failover-timeout {name} 2000
            """
        );
        await server.RunAsync();
        return server;
    }

    /// <summary>
    /// A port that nothing listens on, of those that the system never gives by itself: a server that is started again
    /// on its own finds it free.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(20_000, 32_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }

    /// <summary>Ends the server without warning.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit(Patience);
        _process?.Dispose();
        _process = null;
    }

    /// <summary>Freezes the server (SIGSTOP).</summary>
    public void Freeze() => Signal("STOP");

    /// <summary>Lets a frozen server go on (SIGCONT).</summary>
    public void Thaw() => Signal("CONT");

    /// <summary>Kills the server and starts it on the same port with nothing in it.</summary>
    public Task RestartEmptyAsync()
    {
        Kill();
        File.Delete(Snapshot);
        return RunAsync();
    }

    /// <summary>Keeps what is in the server now, to restart from later.</summary>
    public void SaveSnapshot()
    {
        Cli("SAVE");
        File.Copy(Snapshot, Snapshot + ".kept", overwrite: true);
    }

    /// <summary>Kills the server and starts it on the same port with what was kept.</summary>
    public Task RestartFromSnapshotAsync()
    {
        Kill();
        File.Copy(Snapshot + ".kept", Snapshot, overwrite: true);
        return RunAsync();
    }

    /// <summary>Runs a command by redis-cli and gives what it says.</summary>
    public string Cli(params string[] command) =>
        TryCli(command, out var output) ? output : throw new InvalidOperationException($"redis-cli: {output}");

    /// <summary>
    /// The same; false with the error where there is one, such as a server that closes its connections.
    /// </summary>
    public bool TryCli(string[] command, out string output)
    {
        string[] user = _arguments.Contains("operator") ? ["--user", "operator"] : [];
        string[] password = Password is null ? [] : [.. user, "-a", Password, "--no-auth-warning"];
        var (code, bytes, errors) = Tool.Run("redis-cli", ["-p", $"{Port}", .. password, .. command]);
        output = code == 0 ? Encoding.UTF8.GetString(bytes).Trim() : errors;
        return code == 0;
    }

    public void Dispose()
    {
        Kill();
        _directory.Dispose();
    }

    private async Task RunAsync()
    {
        string[] fixedArguments =
        [
            "--port",
            $"{Port}",
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            _directory.Path,
            "--loglevel",
            "warning",
        ];
        string[] all = IsSentinel ? [SentinelFile, "--sentinel"] : [.. fixedArguments, .. _arguments];
        _process = Process.Start(new ProcessStartInfo("redis-server", all) { RedirectStandardOutput = true })!;
        _process.BeginOutputReadLine();
        var watch = Stopwatch.StartNew();
        while (!await ServesAsync())
        {
            Assert.That(_process.HasExited, Is.False, "redis-server ended.");
            Assert.That(watch.Elapsed, Is.LessThan(Patience), "redis-server does not serve.");
            await Task.Delay(10);
        }
    }

    private async Task<bool> ServesAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            var answer = new byte[64];
            var length = await client.GetStream().ReadAsync(answer);
            var text = Encoding.ASCII.GetString(answer, 0, length);
            return text.StartsWith("+PONG", StringComparison.Ordinal)
                || text.StartsWith("-NOAUTH", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }
}
