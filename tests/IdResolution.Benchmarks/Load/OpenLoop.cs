using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using IdResolution.Benchmarks.Data;

namespace IdResolution.Benchmarks.Load;

/// <summary>
/// Asks at fixed times, whether answers come or not, and measures from the time a request was due: a server that stops
/// for a moment is charged with everything that should have been asked meanwhile.
/// </summary>
internal static class OpenLoop
{
    private const int Connections = 32;

    /// <summary>The latencies of resolving random identifiers, in microseconds, sorted.</summary>
    public static double[] Run(IPEndPoint http, long items, int perSecond, TimeSpan time)
    {
        var each = (int)(time.TotalSeconds * perSecond / Connections);
        var latencies = new double[Connections * each];
        // The first requests are due once every thread is there.
        var start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 5);
        var threads = Enumerable
            .Range(0, Connections)
            .Select(c =>
            {
                var thread = new Thread(
                    () => Ask(http, items, c, start, perSecond, latencies.AsSpan(c * each, each)),
                    256 << 10
                );
                thread.Start();
                return thread;
            })
            .ToList();
        threads.ForEach(t => t.Join());
        Array.Sort(latencies);
        return latencies;
    }

    public static double Percentile(double[] sorted, double share) =>
        sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];

    private static void Ask(
        IPEndPoint http,
        long items,
        int connection,
        long start,
        int perSecond,
        Span<double> latencies
    )
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(http);
        var random = new Random(connection + (int)(start % 1_000_003));
        Span<byte> buffer = stackalloc byte[4096];
        for (var i = 0; i < latencies.Length; i++)
        {
            var due = start + (((i * (long)Connections) + connection) * Stopwatch.Frequency / perSecond);
            var request = Encoding.ASCII.GetBytes(
                $"GET /api/v1/identifiers/{Item.Identifier(Generator.Series, random.NextInt64(1, items + 1))} "
                    + "HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            );
            SleepUntil(due);
            socket.Send(request);
            Receive(socket, buffer);
            latencies[i] = (Stopwatch.GetTimestamp() - due) * 1e6 / Stopwatch.Frequency;
        }
    }

    private static void Receive(Socket socket, Span<byte> buffer)
    {
        var length = 0;
        while (true)
        {
            var read = socket.Receive(buffer[length..]);
            length += read;
            var text = buffer[..length];
            var end = text.IndexOf("\r\n\r\n"u8);
            if (end >= 0 && text.IndexOf("Content-Length: "u8) is var at and >= 0)
            {
                at += "Content-Length: ".Length;
                var size = int.Parse(text[at..][..text[at..].IndexOf((byte)'\r')]);
                if (!text.StartsWith("HTTP/1.1 200 "u8))
                {
                    throw new InvalidOperationException(Encoding.UTF8.GetString(text));
                }
                if (length >= end + 4 + size)
                {
                    return;
                }
            }
            if (read == 0)
            {
                throw new InvalidOperationException("The server closed a connection.");
            }
        }
    }

    private static void SleepUntil(long due)
    {
        while (due - Stopwatch.GetTimestamp() is var left and > 0)
        {
            // The runtime's own sleeps are whole milliseconds.
            var nanoseconds = left * 1_000_000_000 / Stopwatch.Frequency;
            var span = new TimeSpec
            {
                Seconds = nanoseconds / 1_000_000_000,
                Nanoseconds = nanoseconds % 1_000_000_000,
            };
            _ = NanoSleep(in span, IntPtr.Zero);
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    private static extern int NanoSleep(in TimeSpec span, IntPtr remaining);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
