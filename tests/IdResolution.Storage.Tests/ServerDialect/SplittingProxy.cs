using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace IdResolution.Storage.Tests.ServerDialect;

/// <summary>
/// Between a client and a server that speak TDS in the clear: what the server sends is cut within the header of each
/// packet, and the pieces reach the client one after the other.
/// </summary>
internal sealed class SplittingProxy : IAsyncDisposable
{
    private const int HeaderLength = 8;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private readonly int _server;
    private readonly int _offset;
    private readonly bool _alone;
    private readonly Task _accepting;
    private int _cuts;

    /// <param name="serverPort">Where the server listens on this machine.</param>
    /// <param name="offset">How much of a header comes first, 1 to 7 bytes.</param>
    /// <param name="alone">True where these bytes come by themselves; else together with the packet before.</param>
    public SplittingProxy(int serverPort, int offset, bool alone)
    {
        (_server, _offset, _alone) = (serverPort, offset, alone);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The headers cut so far.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _server, _stop.Token);
                using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                var asking = server.GetStream();
                var both = new[]
                {
                    client.GetStream().CopyToAsync(asking, end.Token),
                    AnswerAsync(asking, client.GetStream(), end.Token),
                };
                await Task.WhenAny(both);
                await end.CancelAsync();
                await Task.WhenAll(both);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // One of the two has gone.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream server, NetworkStream client, CancellationToken cancellationToken)
    {
        var held = Array.Empty<byte>();
        var header = new byte[HeaderLength];
        while (
            await server.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken)
            == HeaderLength
        )
        {
            var body = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)) - HeaderLength];
            await server.ReadExactlyAsync(body, cancellationToken);
            if (_alone && held.Length > 0)
            {
                await SendAsync(client, held, cancellationToken);
                held = [];
            }
            await SendAsync(client, [.. held, .. header[.._offset]], cancellationToken);
            _cuts++;
            held = [.. header[_offset..], .. body];
            // The last packet of an answer is followed by nothing.
            if ((header[1] & 1) != 0)
            {
                await SendAsync(client, held, cancellationToken);
                held = [];
            }
        }
    }

    /// <summary>A pause, in which the client takes what was sent.</summary>
    private static async Task SendAsync(NetworkStream client, byte[] piece, CancellationToken cancellationToken)
    {
        await client.WriteAsync(piece, cancellationToken);
        await Task.Delay(1, cancellationToken);
    }
}
