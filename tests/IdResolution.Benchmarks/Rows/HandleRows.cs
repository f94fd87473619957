using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;
using IdResolution.Server.CommandLine;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Benchmarks.Rows;

/// <summary>Resolution over the Handle protocol against bare echo servers of the same transports.</summary>
internal static class HandleRows
{
    private const int Pipelined = 16;
    private const string TcpEcho = "an echo server on Kestrel's connections that answers as many bytes";
    private const string How =
        "a closed-loop client of this project (2 threads, 32 sockets, one request under way on each) asks for "
        + "100,000 handles of three values at random, all of them in L1; node and echo take turns; each answer's "
        + "length and code are read";

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "handle-tcp",
            "resolve over the Handle protocol, TCP, 32 connections",
            TcpEcho,
            How,
            (bench, stop) =>
                MeasureAsync(
                    bench,
                    0.6,
                    (server, _, bytes, time) => HandleLoad.RunAsync(server, isUdp: false, 1, bytes, time),
                    stop
                )
        ),
        new(
            "handle-tcp-pipelined",
            "the same, 16 requests sent together",
            TcpEcho,
            "as above",
            (bench, stop) =>
                MeasureAsync(
                    bench,
                    null,
                    (server, _, bytes, time) => HandleLoad.RunAsync(server, isUdp: false, Pipelined, bytes, time),
                    stop
                )
        ),
        new(
            "handle-tcp-connect",
            "the same, a connection for each request",
            TcpEcho,
            "as above, 16 connections at once",
            (bench, stop) =>
                MeasureAsync(
                    bench,
                    null,
                    (server, _, bytes, time) => HandleLoad.RunConnectingAsync(server, bytes, time),
                    stop
                )
        ),
        new(
            "handle-udp",
            "the same over UDP, 32 sockets",
            "an echo server with the same calls of `Socket` that answers as many bytes",
            "as above",
            (bench, stop) =>
                MeasureAsync(
                    bench,
                    0.68,
                    (_, server, bytes, time) => HandleLoad.RunAsync(server, isUdp: true, 1, bytes, time),
                    stop
                )
        ),
        new(
            "handle-json",
            "resolve over the Handle HTTP JSON interface, 64 connections",
            "a bare Kestrel endpoint (`app.Run`) that returns the same body and headers",
            "`wrk` (2 threads, 64 connections) asks for 100,000 handles of three values at random, all of them in L1",
            JsonAsync
        ),
        new(
            "handle-import",
            "`idnode handle import` of handles of three values",
            "",
            "the verb's own code, in process, reads a file of JSON lines into a new data directory: 100,000 "
                + "handles (10,000 in the smoke run); the goal is 100,000 in a minute",
            ImportAsync
        ),
    ];

    private static async Task<Figures> JsonAsync(Bench bench, CancellationToken stop)
    {
        const int Connections = 64;
        var data = bench.HandleData();
        await HandleData.RunAsync(data, stop);
        await using var node = await Child.NodeAsync(data, 512L << 20);
        await using var baseline = await Child.BaselineAsync(node, HandleData.Handle(0), null, "/api/handles/");
        var script = Scripts.Handles();
        // By random requests alone the last handles would take long to come into L1.
        HandleLoad.ReadAll(node.Handle, AnswerBytes(node.Handle, HandleRequests.Resolve(0)));
        await Wrk.RunAsync(node.Http, script, Connections, bench.Scale.WarmUp);
        await Wrk.RunAsync(baseline.Http, script, Connections, bench.Scale.WarmUp);
        return Figures.OfRates(
            await bench.AlternateAsync(
                async () => (await Wrk.RunAsync(node.Http, script, Connections, bench.Scale.Round)).Rate,
                async () => (await Wrk.RunAsync(baseline.Http, script, Connections, bench.Scale.Round)).Rate
            ),
            target: null
        );
    }

    private static async Task<Figures> ImportAsync(Bench bench, CancellationToken stop)
    {
        const int PerMinute = 100_000;
        var count = (int)Math.Min(bench.Scale.Items, HandleData.Count);
        var data = bench.Scratch();
        (await BenchNode.OpenAsync(data, stop)).Dispose();
        var file = bench.Scratch();
        await HandleData.WriteAsync(file, count, stop);
        using var output = new StringWriter();
        var began = Stopwatch.GetTimestamp();
        var code = await IdnodeCommand.RunAsync(
            ["handle", "import", file, "--data", data],
            new CommandInvocation(CommandEnvironment.OfProcess()) { Output = output, Error = output },
            stop
        );
        var rate = count / Stopwatch.GetElapsedTime(began).TotalSeconds;
        return code == 0 && output.ToString().Contains($"created {count}, ", StringComparison.Ordinal)
            ? new Figures($"{rate:N0}/s", "", "", $"≥ {PerMinute / 60d:N0}/s", rate >= PerMinute / 60d)
            : throw new InvalidOperationException($"The import ended with {code}: {output}");
    }

    private static async Task<Figures> MeasureAsync(
        Bench bench,
        double? target,
        Func<IPEndPoint, IPEndPoint, int, TimeSpan, Task<double>> load,
        CancellationToken stop
    )
    {
        var data = bench.HandleData();
        await HandleData.RunAsync(data, stop);
        await using var node = await Child.NodeAsync(data, 512L << 20);
        var request = HandleRequests.Resolve(0);
        var answerBytes = AnswerBytes(node.Handle, request);
        await using var echo = await Child.HandleBaselineAsync(request.Length, answerBytes);
        HandleLoad.ReadAll(node.Handle, answerBytes);
        await load(node.Handle, node.Udp, answerBytes, bench.Scale.WarmUp);
        await load(echo.Handle, echo.Udp, answerBytes, bench.Scale.WarmUp);
        return Figures.OfRates(
            await bench.AlternateAsync(
                () => load(node.Handle, node.Udp, answerBytes, bench.Scale.Round),
                () => load(echo.Handle, echo.Udp, answerBytes, bench.Scale.Round)
            ),
            target
        );
    }

    /// <summary>Bytes of an answer: all have as many.</summary>
    private static int AnswerBytes(IPEndPoint server, byte[] request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(server);
        socket.Send(request);
        return socket.Receive(new byte[ushort.MaxValue]);
    }
}
