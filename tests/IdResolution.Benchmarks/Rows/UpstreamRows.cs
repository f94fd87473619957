using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;
using IdResolution.Server.Options;

namespace IdResolution.Benchmarks.Rows;

/// <summary>Sending the log to a secondary node: how fast, how soon, and what registering loses by it.</summary>
internal static class UpstreamRows
{
    private const int Callers = 64;
    private const int PerSecond = 200;
    private const int PacedCallers = 8;
    private const string Alternating =
        "`wrk` (64 connections) posts a new item each time, as in `register-http`, to two nodes in turn: one that "
        + "sends to a secondary node, one that has none";
    private const string Indifferent = "; the secondary node answers every item with `success` and stores nothing";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "upstream-drain",
            "a backlog sent to a secondary node, items a second",
            "the secondary node alone, given the same batches one after the other",
            "both ends are this project's; 100,000 new items of four attributes (10,000 in the smoke run) are "
                + "registered, then sent in this process by the reader that a serving node runs, 1,000 a batch; the other "
                + "rounds post the bodies of such a backlog, made before; the secondary node is one process for all rounds",
            UpstreamDrain.MeasureAsync
        ),
        new(
            "upstream-limited",
            "register one by one over REST, 64 callers at once, while 1,000 items a second go to a secondary node",
            "the same without a secondary node",
            Alternating + Indifferent + ", and is held while the other node is asked",
            (bench, stop) => RegisterAsync(bench, ratePerSecond: 1_000, isSilent: false, 0.9, stop)
        ),
        new(
            "upstream-unlimited",
            "the same while as many go as are taken",
            "the same without a secondary node",
            "as `upstream-limited`, without a limit",
            (bench, stop) => RegisterAsync(bench, ratePerSecond: 0, isSilent: false, null, stop)
        ),
        new(
            "upstream-silent",
            "the same while the secondary node takes connections and never answers",
            "the same without a secondary node",
            Alternating,
            (bench, stop) => RegisterAsync(bench, ratePerSecond: 0, isSilent: true, 0.97, stop)
        ),
        new(
            "upstream-latency",
            "from the answer to a registration to that of the secondary node, 200 registrations a second",
            "",
            $"eight callers post one item at a time at fixed times over REST{Indifferent}; each item is timed",
            LatencyAsync
        ),
    ];

    /// <summary>Registering at a node that sends, against one that does not.</summary>
    private static async Task<Figures> RegisterAsync(
        Bench bench,
        int ratePerSecond,
        bool isSilent,
        double? target,
        CancellationToken stop
    )
    {
        await using var secondary = await IndifferentNode.StartAsync(cancellationToken: stop);
        if (isSilent)
        {
            secondary.Hold();
        }
        var (sending, sendingKey) = await StartAsync(bench, To(secondary, ratePerSecond), stop);
        await using var ofSending = sending;
        var (other, otherKey) = await StartAsync(bench, null, stop);
        await using var ofOther = other;
        await RateAsync(sending, sendingKey, bench.Scale.WarmUp, []);
        secondary.Hold();
        await RateAsync(other, otherKey, bench.Scale.WarmUp, []);
        var (sent, ofOne, ofBaseline) = (new List<double>(), new List<double>(), new List<double>());
        var rates = await bench.AlternateAsync(
            SendingAsync,
            () => RateAsync(other, otherKey, bench.Scale.Round, ofBaseline)
        );
        var figures = Figures.OfRates(rates, target);
        // Other work on the machine changes rates far more than the processor time of each registration.
        return figures with
        {
            Node = $"{figures.Node} ({Bench.Median(ofOne):F0} µs; {Bench.Median(sent):N0} sent/s)",
            Baseline = $"{figures.Baseline} ({Bench.Median(ofBaseline):F0} µs)",
        };

        async Task<double> SendingAsync()
        {
            if (!isSilent)
            {
                secondary.Release();
            }
            var (before, clock) = (secondary.Taken, Stopwatch.StartNew());
            var rate = await RateAsync(sending, sendingKey, bench.Scale.Round, ofOne);
            sent.Add((secondary.Taken - before) / clock.Elapsed.TotalSeconds);
            secondary.Hold();
            return rate;
        }

        // Adds the node's processor time for each registration, in microseconds: sending and all else included.
        static async Task<double> RateAsync(Child node, string key, TimeSpan time, List<double> ofEach)
        {
            var before = node.ProcessorTime();
            var rate = (await Wrk.RunAsync(node.Http, Scripts.Register(key), Callers, time)).Rate;
            ofEach.Add((node.ProcessorTime() - before).TotalMicroseconds / (rate * time.TotalSeconds));
            return rate;
        }
    }

    private static async Task<Figures> LatencyAsync(Bench bench, CancellationToken stop)
    {
        var (made, taken) = (new ConcurrentDictionary<string, long>(), new ConcurrentDictionary<string, long>());
        await using var secondary = await IndifferentNode.StartAsync(
            onItem: handle => taken[handle] = Stopwatch.GetTimestamp(),
            cancellationToken: stop
        );
        var (node, key) = await StartAsync(bench, To(secondary, 0), stop);
        await using var ofNode = node;
        using var client = new HttpClient { BaseAddress = new Uri($"http://{node.Http}") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var first = (int)(PerSecond * bench.Scale.WarmUp.TotalSeconds);
        var count = (int)(PerSecond * bench.Scale.Round.TotalSeconds * bench.Scale.Rounds);
        await PostAsync(0, first);
        await PostAsync(first, count);
        var clock = Stopwatch.StartNew();
        while (made.Keys.Any(handle => !taken.ContainsKey(handle)))
        {
            if (clock.Elapsed > s_patience)
            {
                throw new InvalidOperationException("Not all registrations came to the secondary node.");
            }
            await Task.Delay(100, stop);
        }
        // An item may be taken before the answer to its registration is read.
        var times = Enumerable
            .Range(first, count)
            .Select(i => PacedWriter.Identifier(i))
            .Select(handle => Math.Max(0, Stopwatch.GetElapsedTime(made[handle], taken[handle]).TotalMilliseconds))
            .Order()
            .ToList();
        return new Figures(
            $"median {times[count / 2]:N0} ms",
            "",
            $"p99 {times[count * 99 / 100]:N0} ms",
            "reported; aim p99 1 s",
            null
        );

        async Task PostAsync(int from, int count)
        {
            var began = Stopwatch.StartNew();
            await Parallel.ForEachAsync(
                Enumerable.Range(0, count),
                new ParallelOptions { MaxDegreeOfParallelism = PacedCallers, CancellationToken = stop },
                async (i, cancel) =>
                {
                    var early = TimeSpan.FromSeconds((double)i / PerSecond) - began.Elapsed;
                    if (early > TimeSpan.Zero)
                    {
                        await Task.Delay(early, cancel);
                    }
                    using var body = new StringContent(PacedWriter.Json(from + i), Encoding.UTF8, "application/json");
                    using var answer = await client.PostAsync("/api/v1/identifiers", body, cancel);
                    made[PacedWriter.Identifier(from + i)] = Stopwatch.GetTimestamp();
                    answer.EnsureSuccessStatusCode();
                }
            );
        }
    }

    private static UpstreamOptions To(IndifferentNode secondary, int ratePerSecond) =>
        new()
        {
            Url = secondary.Url,
            User = "benchmarks",
            RatePerSecond = ratePerSecond,
        };

    /// <summary>Starts a new node, with a registrar's key.</summary>
    private static async Task<(Child Node, string Key)> StartAsync(
        Bench bench,
        UpstreamOptions? upstream,
        CancellationToken stop
    )
    {
        var data = bench.Scratch();
        var key = await BenchNode.KeyAsync(data, Role.Registrar, stop);
        return (await Child.NodeAsync(data, 128L << 20, upstream), key);
    }
}
