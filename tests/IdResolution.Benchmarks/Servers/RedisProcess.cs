using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace IdResolution.Benchmarks.Servers;

/// <summary>A redis-server on loopback that keeps nothing on disk; Dispose ends it.</summary>
internal sealed class RedisProcess : IDisposable
{
    private readonly Process _process;

    private RedisProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Starts it with a directory that it may use, and waits until it serves.</summary>
    public static async Task<RedisProcess> StartAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        string[] arguments =
        [
            "--port",
            $"{port}",
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            directory,
            "--loglevel",
            "warning",
        ];
        var process = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })!;
        process.BeginOutputReadLine();
        while (!await ListensAsync(port))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException("redis-server ended before it served.");
            }
            await Task.Delay(20);
        }
        return new RedisProcess(process, port);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
