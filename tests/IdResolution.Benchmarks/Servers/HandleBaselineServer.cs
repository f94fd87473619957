using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace IdResolution.Benchmarks.Servers;

/// <summary>
/// Echo servers of the same transports as the node's: Kestrel's connections for TCP, a thread for each processor in
/// <c>ReceiveFrom</c> for UDP. For as many bytes as a request has they answer as many as an answer has, and look at
/// none.
/// </summary>
internal static class HandleBaselineServer
{
    public static async Task<int> RunAsync(int requestBytes, int answerBytes)
    {
        using var stop = StandardInput.CancelledAtEnd();
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        for (var i = 0; i < Math.Min(4, Environment.ProcessorCount); i++)
        {
            new Thread(() => EchoPackets(udp, new byte[answerBytes])) { IsBackground = true }.Start();
        }
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listen => listen.Run(connection => EchoAsync(connection, requestBytes, new byte[answerBytes]))
            )
        );
        await using var app = builder.Build();
        return await BareKestrel.ServeAsync(app, "handle", stop.Token, ("udp", udp.LocalEndPoint!.ToString()!));
    }

    private static async Task EchoAsync(ConnectionContext connection, int requestBytes, byte[] answer)
    {
        var (input, output) = (connection.Transport.Input, connection.Transport.Output);
        while (true)
        {
            var read = await input.ReadAsync();
            var buffer = read.Buffer;
            for (; buffer.Length >= requestBytes; buffer = buffer.Slice(requestBytes))
            {
                output.Write(answer);
            }
            input.AdvanceTo(buffer.Start, buffer.End);
            await output.FlushAsync();
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static void EchoPackets(Socket socket, byte[] answer)
    {
        var buffer = new byte[ushort.MaxValue];
        var peer = new SocketAddress(AddressFamily.InterNetwork);
        try
        {
            while (true)
            {
                socket.ReceiveFrom(buffer, SocketFlags.None, peer);
                socket.SendTo(answer, SocketFlags.None, peer);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The process ends.
        }
    }
}
