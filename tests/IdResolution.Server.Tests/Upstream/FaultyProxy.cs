using System.Net;
using System.Net.Sockets;

namespace IdResolution.Server.Tests.Upstream;

/// <summary>A TCP proxy before a server, which makes the network fail.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Task _accepting;

    public FaultyProxy()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public enum Fault
    {
        None,

        /// <summary>Connections end as soon as they are made.</summary>
        Refused,

        /// <summary>Connections are reset after the first bytes of an answer.</summary>
        ResetInAnswer,

        /// <summary>Nothing is answered.</summary>
        BlackHole,

        /// <summary>Each part of an answer waits.</summary>
        Slow,
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>The server behind it.</summary>
    public volatile IPEndPoint? Server;

    /// <summary>What becomes of connections, those that are open too.</summary>
    public volatile Fault Now;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _accepting;
        _listener.Stop();
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                running.Add(ServeAsync(await _listener.AcceptSocketAsync(_over.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            if (Now == Fault.Refused)
            {
                return;
            }
            using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await server.ConnectAsync(Server!, _over.Token);
                await Task.WhenAny(
                    CopyAsync(client, server, isAnswer: false),
                    CopyAsync(server, client, isAnswer: true)
                );
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The server is away, or the proxy ends.
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool isAnswer)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer, _over.Token) is > 0 and var read)
            {
                switch (Now)
                {
                    case Fault.Refused:
                        return;
                    case Fault.BlackHole:
                        continue;
                    case Fault.ResetInAnswer when isAnswer:
                        await to.SendAsync(buffer.AsMemory(0, Math.Min(read, 40)), _over.Token);
                        to.LingerState = new LingerOption(enable: true, seconds: 0);
                        return;
                    case Fault.Slow when isAnswer:
                        await Task.Delay(200, _over.Token);
                        break;
                }
                await to.SendAsync(buffer.AsMemory(0, read), _over.Token);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two ended.
        }
    }
}
