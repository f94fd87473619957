using System.Collections.Concurrent;
using System.Diagnostics;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Caching;

/// <summary>
/// Callers that write on one node and read on both for a while, with a checker for each identifier: the other node
/// never answers a version older than one acknowledged more than a second before, the node that wrote never an older
/// one, and no caller sees versions go back.
/// </summary>
internal sealed class CoherenceRun(TestNode writer, TestNode other)
{
    private const int Writers = 4;
    private const int Readers = 12;
    private const int Identifiers = 40;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<string> _faults = new();
    private readonly ConcurrentQueue<(TimeSpan At, TimeSpan Took)> _reads = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<Checked> _items = [];
    private int _writes;
    private int _held;

    public TimeSpan Now => _clock.Elapsed;

    public int Writes => Volatile.Read(ref _writes);

    public int Reads => _reads.Count;

    /// <summary>Reads of the other node that the bound held to a version that was written during the run.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Runs until the bound has held so many reads, which takes longer than the bound itself.</summary>
    public Task RunAsync(int held = 500) =>
        RunAsync(() =>
            RedisFixture.UntilAsync(
                () => Held >= held || !_faults.IsEmpty,
                () => $"{Held} reads held, {Writes} writes",
                120
            )
        );

    /// <summary>Runs until something else is done.</summary>
    public async Task RunAsync(Func<Task> meanwhile)
    {
        for (var i = 0; i < Identifiers; i++)
        {
            var item = new Checked(await writer.RegisterAsync(identifier: writer.NewId($"-run{Guid.NewGuid():N}")));
            item.Acknowledged(1, Now);
            _items.Add(item);
        }
        // What was registered last is known everywhere before anyone looks.
        await RedisFixture.UntilAsync(
            () => other.Node.Tail.Applied >= writer.Node.Tail.Head,
            () => $"{other.Node.Tail.Applied} of {writer.Node.Tail.Head} applied"
        );
        using var end = new CancellationTokenSource();
        List<Task> callers =
        [
            .. Enumerable.Range(0, Writers).Select(w => Task.Run(() => WriteAsync(w, end.Token))),
            .. Enumerable.Range(0, Readers).Select(r => Task.Run(() => ReadAsync(r, end.Token))),
        ];
        try
        {
            await meanwhile();
            // On a busy machine the first ones take longer than all that was meant to happen.
            await RedisFixture.UntilAsync(() => Writes > 10 || !_faults.IsEmpty, () => $"{Writes} writes");
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(callers);
        }
        Assert.That(_faults, Is.Empty);
    }

    /// <summary>The p99 of reads that began between two moments, in ms.</summary>
    public double P99(TimeSpan from, TimeSpan to)
    {
        var took = _reads.Where(r => r.At >= from && r.At < to).Select(r => r.Took.TotalMilliseconds).Order().ToList();
        Assert.That(took, Has.Count.GreaterThan(50));
        return took[took.Count * 99 / 100];
    }

    private async Task WriteAsync(int number, CancellationToken end)
    {
        for (var i = number; !end.IsCancellationRequested; i += Writers)
        {
            var item = _items[i % Identifiers];
            var answer = await writer.SendAsync(
                Role.Registrar,
                "PATCH",
                "/api/v1/identifiers/" + item.Id,
                $$$"""{"attributes":{"name":"n{{{i}}}"}}"""
            );
            if (answer.Status != 200)
            {
                _faults.Enqueue($"A write got {answer}");
                return;
            }
            item.Acknowledged(answer.Json.GetProperty("version").GetInt64(), Now);
            Interlocked.Increment(ref _writes);
            await Task.Delay(2, CancellationToken.None);
        }
    }

    private async Task ReadAsync(int number, CancellationToken end)
    {
        var random = new Random(number);
        var isWriter = number % 3 == 0;
        var seen = new long[Identifiers];
        while (!end.IsCancellationRequested)
        {
            var i = random.Next(Identifiers);
            var item = _items[i];
            var began = Now;
            var acknowledged = item.AcknowledgedAt(isWriter ? began : began - Bound);
            var least = Math.Max(seen[i], acknowledged);
            var version = (await (isWriter ? writer : other).ResolveAsync(item.Id)).Record!.Version;
            _reads.Enqueue((began, Now - began));
            if (version < least)
            {
                _faults.Enqueue(
                    $"{(isWriter ? "The writing" : "The other")} node gave version {version} of {item.Id} at {began.TotalSeconds:F3} s, not {least} (seen: {seen[i]})."
                );
            }
            seen[i] = version;
            if (!isWriter && acknowledged > 1)
            {
                Interlocked.Increment(ref _held);
            }
            await Task.Delay(1, CancellationToken.None);
        }
    }

    private sealed class Checked(string id)
    {
        private readonly List<(TimeSpan At, long Version)> _versions = [];

        public string Id => id;

        public void Acknowledged(long version, TimeSpan at)
        {
            lock (_versions)
            {
                _versions.Add((at, version));
            }
        }

        /// <summary>The greatest version acknowledged at a moment.</summary>
        public long AcknowledgedAt(TimeSpan moment)
        {
            lock (_versions)
            {
                return _versions.FindLast(v => v.At <= moment).Version;
            }
        }
    }
}
