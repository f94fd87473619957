using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace IdResolution.Server.Tests.Faults;

/// <summary>
/// 64 callers for a while: some write records on one node, the others read them there and on another, each read held to
/// the versions acknowledged by then.
/// </summary>
internal sealed class CoherenceLoad(NodeProcess writer, NodeProcess reader)
{
    private const int Records = 16;
    private const int Writers = 16;
    private const int OwnReaders = 16;
    private const int OtherReaders = 32;

    // What the issue promises of a node that did not write.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    private readonly VersionChecker[] _checkers =
    [
        .. Enumerable.Range(0, Records).Select(_ => new VersionChecker(Bound)),
    ];
    private readonly string[] _identifiers = new string[Records];
    private readonly ConcurrentQueue<(TimeSpan Began, TimeSpan Took)> _took = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _refused;
    private long _held;

    /// <summary>
    /// Reads and writes that were answered with an error or not at all; only where something is killed there may be
    /// any.
    /// </summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>The time of <see cref="P99"/>.</summary>
    public TimeSpan Now => _clock.Elapsed;

    /// <summary>Versions acknowledged.</summary>
    public long Writes => _checkers.Sum(c => c.Writes);

    /// <summary>Versions read.</summary>
    public long Reads => _checkers.Sum(c => c.Reads);

    /// <summary>Reads of the node that did not write that the promise held to a version later than the first.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Reads that broke the promise.</summary>
    public IEnumerable<string> Faults => _checkers.SelectMany(c => c.Faults);

    /// <summary>Registers the records.</summary>
    public async Task PrepareAsync()
    {
        for (var i = 0; i < Records; i++)
        {
            using var response = await writer.RegisterAsync($"coherent-{i}");
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            _identifiers[i] = (await response.Content.ReadFromJsonAsync<JsonElement>())
                .GetProperty("identifier")
                .GetString()!;
            _checkers[i].Acknowledged(1);
        }
    }

    /// <summary>The p99 of reads that began between two moments, in ms.</summary>
    public double P99(TimeSpan from, TimeSpan to)
    {
        var took = _took
            .Where(t => t.Began >= from && t.Began < to)
            .Select(t => t.Took.TotalMilliseconds)
            .Order()
            .ToList();
        Assert.That(took, Has.Count.GreaterThan(50));
        return took[took.Count * 99 / 100];
    }

    /// <summary>Runs all callers until something else is done.</summary>
    public async Task RunAsync(Func<Task> meanwhile)
    {
        using var stop = new CancellationTokenSource();
        var callers = Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(i => WriteAsync(i, stop.Token))
                .Concat(
                    Enumerable
                        .Range(0, OwnReaders)
                        .Select(i => ReadAsync(writer, $"own reader {i}", own: true, i, stop.Token))
                )
                .Concat(
                    Enumerable
                        .Range(0, OtherReaders)
                        .Select(i => ReadAsync(reader, $"reader {i}", own: false, i, stop.Token))
                )
        );
        try
        {
            await meanwhile();
        }
        finally
        {
            await stop.CancelAsync();
            await callers;
        }
    }

    private async Task WriteAsync(int record, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            try
            {
                using var request = new HttpRequestMessage(
                    HttpMethod.Patch,
                    $"/api/v1/identifiers/{_identifiers[record]}"
                );
                request.Content = JsonContent.Create(new { attributes = new { remark = $"change {i}" } });
                using var response = await writer.Http.SendAsync(request, CancellationToken.None);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    _checkers[record].Acknowledged(await VersionAsync(response));
                    continue;
                }
            }
            catch (HttpRequestException)
            {
                // Counted like a refusal.
            }
            Interlocked.Increment(ref _refused);
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private async Task ReadAsync(NodeProcess node, string name, bool own, int first, CancellationToken stop)
    {
        var seen = new long[Records];
        for (var i = first; !stop.IsCancellationRequested; i++)
        {
            var record = i % Records;
            var least = _checkers[record].LeastNow(own);
            var began = Now;
            try
            {
                using var response = await node.Http.GetAsync(
                    $"/api/v1/identifiers/{_identifiers[record]}",
                    CancellationToken.None
                );
                // A node that cannot keep the promise may still answer, if it says so.
                if (response.StatusCode == HttpStatusCode.OK && response.Headers.Age is null)
                {
                    _checkers[record].Check(name, await VersionAsync(response), least, ref seen[record]);
                    _took.Enqueue((began, Now - began));
                    if (!own && least > 1)
                    {
                        Interlocked.Increment(ref _held);
                    }
                    continue;
                }
            }
            catch (HttpRequestException)
            {
                // Counted like a refusal.
            }
            Interlocked.Increment(ref _refused);
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private static async Task<long> VersionAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("version").GetInt64();
}
