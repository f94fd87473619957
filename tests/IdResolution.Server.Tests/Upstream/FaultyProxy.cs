using System.Net;
using System.Net.Sockets;
using System.Text;

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

        /// <summary>Requests are answered with 500 and do not arrive.</summary>
        Failing,

        /// <summary>Requests arrive, and 504 is answered in place of what the server says.</summary>
        TimeoutAfterSuccess,

        /// <summary>Tokens arrive altered, so that none holds.</summary>
        WrongToken,

        /// <summary>In the place of each token arrives <see cref="Expired"/>, which held once.</summary>
        ExpiredToken,
    }

    private static ReadOnlySpan<byte> Token => "Authorization: Bearer "u8;

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>The server behind it.</summary>
    public volatile IPEndPoint? Server;

    /// <summary>A token of the server that holds no more; null for none.</summary>
    public volatile byte[]? Expired;

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

    /// <summary>Puts a token in the place of another. Gives the new length.</summary>
    private static int Replace(byte[] buffer, int length, int at, byte[] token)
    {
        var end = at + buffer.AsSpan(at, length - at).IndexOf("\r\n"u8);
        if (end < at || length + token.Length - (end - at) > buffer.Length)
        {
            return length;
        }
        buffer.AsSpan(end, length - end).CopyTo(buffer.AsSpan(at + token.Length));
        token.CopyTo(buffer.AsSpan(at));
        return length + token.Length - (end - at);
    }

    private async Task AnswerAsync(Socket client, string status)
    {
        var text = $"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        await client.SendAsync(Encoding.ASCII.GetBytes(text), _over.Token);
        client.Shutdown(SocketShutdown.Send);
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
                    case Fault.Failing when !isAnswer:
                        await AnswerAsync(from, "500 Internal Server Error");
                        return;
                    case Fault.TimeoutAfterSuccess when isAnswer:
                        await AnswerAsync(to, "504 Gateway Timeout");
                        return;
                    case Fault.WrongToken when !isAnswer && buffer.AsSpan(0, read).IndexOf(Token) is >= 0 and var at:
                        buffer[at + Token.Length] ^= 1;
                        break;
                    case Fault.ExpiredToken
                        when !isAnswer
                            && Expired is { } expired
                            && buffer.AsSpan(0, read).IndexOf(Token) is >= 0 and var at:
                        read = Replace(buffer, read, at + Token.Length, expired);
                        break;
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
