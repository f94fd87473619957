using System.Net;
using System.Net.Sockets;

namespace IdResolution.Server.Tests.Caching;

/// <summary>Answers whatever it is sent with random bytes.</summary>
internal sealed class GarbageServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private int _answers;

    public GarbageServer(int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Configuration => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>How often it has answered.</summary>
    public int Answers => Volatile.Read(ref _answers);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        var random = new Random(4);
        var buffer = new byte[4096];
        using (client)
        {
            try
            {
                while (await client.GetStream().ReadAsync(buffer, _stop.Token) > 0)
                {
                    Interlocked.Increment(ref _answers);
                    random.NextBytes(buffer);
                    await client.GetStream().WriteAsync(buffer.AsMemory(0, random.Next(1, 500)), _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The other end, or this one, is gone.
            }
        }
    }
}
