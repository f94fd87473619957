using System.Net;
using System.Net.Sockets;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Requests from another address of loopback, so that the node sees another network.</summary>
internal static class Attacker
{
    /// <summary>Where attacks come from. Everybody else is at 127.0.0.1.</summary>
    public static IPAddress Address { get; } = IPAddress.Parse("127.0.0.66");

    /// <summary>A client of HTTP that asks from an address, the attacker's if none is said.</summary>
    public static HttpClient Http(IPEndPoint server, IPAddress? from = null) =>
        new(
            new SocketsHttpHandler
            {
                UseCookies = false,
                AllowAutoRedirect = false,
                MaxConnectionsPerServer = 20,
                ConnectCallback = async (context, stop) =>
                    new NetworkStream(await ConnectAsync(server, from ?? Address, stop), ownsSocket: true),
            }
        )
        {
            BaseAddress = new Uri($"http://{server}"),
            Timeout = TimeSpan.FromMinutes(1),
        };

    /// <summary>A connection from an address.</summary>
    public static async Task<Socket> ConnectAsync(IPEndPoint server, IPAddress from, CancellationToken stop = default)
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

    /// <summary>True if the other side has ended a connection on which nothing is read.</summary>
    public static bool IsOver(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Receive(new byte[1], SocketFlags.Peek) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
