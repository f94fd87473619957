using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IdResolution.Benchmarks.Data;

namespace IdResolution.Benchmarks.Load;

/// <summary>
/// Closed loops of resolutions over the Handle protocol: each thread goes round its sockets, reads what it asked for
/// and asks for the next handle at random, so that a request costs the client two system calls and no switch of
/// threads.
/// </summary>
internal static class HandleLoad
{
    private const int Threads = 2;

    // Who connects waits more than it works.
    private const int ConnectingThreads = 16;
    private const int SocketsPerThread = 16;
    private const int EnvelopeBytes = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Requests a second.</summary>
    /// <param name="server">Where.</param>
    /// <param name="isUdp">UDP, else TCP.</param>
    /// <param name="pipelined">Requests sent together before their answers are read; 1 for one at a time.</param>
    /// <param name="answerBytes">Bytes of each answer; any other is an error.</param>
    /// <param name="time">How long.</param>
    public static Task<double> RunAsync(IPEndPoint server, bool isUdp, int pipelined, int answerBytes, TimeSpan time) =>
        RateAsync((random, until) => Ask(server, isUdp, pipelined, answerBytes, random, until), Threads, time);

    /// <summary>The same with a connection for each request.</summary>
    public static Task<double> RunConnectingAsync(IPEndPoint server, int answerBytes, TimeSpan time) =>
        RateAsync((random, until) => Connect(server, answerBytes, random, until), ConnectingThreads, time);

    /// <summary>Asks for every handle twice: the second time it is in L1, and encoded.</summary>
    public static void ReadAll(IPEndPoint server, int answerBytes)
    {
        using var socket = Open(server, isUdp: false);
        var request = HandleRequests.Resolve(0);
        var answer = new byte[answerBytes];
        for (var i = 0; i < 2 * HandleData.Count; i++)
        {
            HandleRequests.Name(request, i % HandleData.Count);
            socket.Send(request);
            Receive(socket, answer, isUdp: false);
            Check(answer, answerBytes);
        }
    }

    private static async Task<double> RateAsync(Func<Random, long, long> ask, int threads, TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        var until = started + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var loops = Enumerable
            .Range(0, threads)
            .Select(i =>
                Task.Factory.StartNew(
                    () => ask(new Random(i), until),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
            )
            .ToArray();
        var done = (await Task.WhenAll(loops)).Sum();
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static long Ask(IPEndPoint server, bool isUdp, int pipelined, int answerBytes, Random random, long until)
    {
        var sockets = new Socket[SocketsPerThread];
        var requests = Enumerable.Range(0, pipelined).Select(_ => HandleRequests.Resolve(0)).ToArray();
        var together = new byte[requests.Sum(r => r.Length)];
        var answer = new byte[answerBytes * pipelined];
        try
        {
            for (var i = 0; i < sockets.Length; i++)
            {
                sockets[i] = Open(server, isUdp);
                Send(sockets[i]);
            }
            var done = 0L;
            while (Stopwatch.GetTimestamp() < until)
            {
                foreach (var socket in sockets)
                {
                    Receive(socket, answer, isUdp);
                    Check(answer, answerBytes);
                    done += pipelined;
                    Send(socket);
                }
            }
            return done;
        }
        finally
        {
            foreach (var socket in sockets)
            {
                socket?.Dispose();
            }
        }

        void Send(Socket socket)
        {
            var at = 0;
            foreach (var request in requests)
            {
                HandleRequests.Name(request, random.Next(HandleData.Count));
                request.CopyTo(together, at);
                at += request.Length;
            }
            socket.Send(together);
        }
    }

    private static long Connect(IPEndPoint server, int answerBytes, Random random, long until)
    {
        var request = HandleRequests.Resolve(0);
        var answer = new byte[answerBytes];
        var done = 0L;
        while (Stopwatch.GetTimestamp() < until)
        {
            HandleRequests.Name(request, random.Next(HandleData.Count));
            using var socket = Open(server, isUdp: false);
            // Reset at its end, or the ports of loopback would be used up by connections that linger.
            socket.LingerState = new LingerOption(true, 0);
            socket.Send(request);
            Receive(socket, answer, isUdp: false);
            Check(answer, answerBytes);
            done++;
        }
        return done;
    }

    private static Socket Open(IPEndPoint server, bool isUdp)
    {
        var socket = isUdp
            ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        socket.Connect(server);
        return socket;
    }

    private static void Receive(Socket socket, byte[] answer, bool isUdp)
    {
        var read = 0;
        while (read < answer.Length)
        {
            var more = socket.Receive(answer.AsSpan(read));
            if (more == 0 || (isUdp && more != answer.Length))
            {
                throw new InvalidOperationException(
                    $"{socket.RemoteEndPoint} answered {read + more} bytes, not {answer.Length}."
                );
            }
            read += more;
        }
    }

    /// <summary>
    /// The echo's answers are zeros; the node's must be successes of the length that their envelopes say.
    /// </summary>
    private static void Check(ReadOnlySpan<byte> answer, int answerBytes)
    {
        if (
            answer[0] != 0
            && (
                BinaryPrimitives.ReadInt32BigEndian(answer[16..]) != answerBytes - EnvelopeBytes
                || BinaryPrimitives.ReadInt32BigEndian(answer[24..]) != 1
            )
        )
        {
            throw new InvalidOperationException(
                $"The node answered code {BinaryPrimitives.ReadInt32BigEndian(answer[24..])}."
            );
        }
    }
}
