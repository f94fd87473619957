using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What traces may take of the node, and what they took. A walk reads a page when its turn has come, and then others
/// have theirs: so a short one does not wait for the end of a long one, and all together leave a processor to what is
/// not a trace. Only so many hold what they found at once. Thread-safe.
/// </summary>
/// <param name="time">The clock of budgets.</param>
/// <param name="telemetry">What counts traces; null for none.</param>
public sealed class TraceWork(TimeProvider time, NodeTelemetry? telemetry = null) : IDisposable
{
    /// <summary>The most walks that are under way at once; the next ones wait.</summary>
    public const int MostWalks = 64;

    /// <summary>The most walks of one key, so that its slow readers keep no other key waiting.</summary>
    public const int MostOfKey = 16;

    /// <summary>The most walks that read at once.</summary>
    public static int MostTurns { get; } = Math.Max(1, Environment.ProcessorCount - 1);

    private const string Direction = "idresolution.trace.direction";

    private readonly ConcurrentDictionary<long, SemaphoreSlim> _ofKeys = [];
    private readonly SemaphoreSlim _walks = new(MostWalks);
    private readonly SemaphoreSlim _turns = new(MostTurns);

    private readonly Histogram<double> _duration = (telemetry ?? NodeTelemetry.None).Meter.CreateHistogram<double>(
        "idresolution.trace.duration",
        "s",
        "Walks of traces, with their wait."
    );

    private readonly Histogram<long> _items = (telemetry ?? NodeTelemetry.None).Meter.CreateHistogram<long>(
        "idresolution.trace.items",
        "{item}",
        "Items that a walk found."
    );

    /// <summary>The clock of budgets.</summary>
    public TimeProvider Time => time;

    /// <summary>Waits until a walk of a key may begin. It ends with what is returned.</summary>
    internal async ValueTask<Turn> EnterAsync(long actor, CancellationToken cancellationToken)
    {
        var ofKey = _ofKeys.GetOrAdd(actor, static _ => new SemaphoreSlim(MostOfKey));
        await ofKey.WaitAsync(cancellationToken);
        try
        {
            await _walks.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            ofKey.Release();
            throw;
        }
        return new Turn(_walks, ofKey);
    }

    /// <summary>Waits for the turn of a walk. It ends with what is returned.</summary>
    internal async ValueTask<Turn> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        return new Turn(_turns);
    }

    /// <summary>Notes a walk that came to an end.</summary>
    internal void Note(TraceDirection direction, TraceEnd end, TimeSpan took)
    {
        var way = new KeyValuePair<string, object?>(Direction, direction.ToString().ToLowerInvariant());
        var outcome = end.IsComplete ? "complete" : "cut";
        _duration.Record(took.TotalSeconds, way, new(NodeTelemetry.Outcome, outcome));
        _items.Record(end.Nodes, way);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, places) in _ofKeys)
        {
            places.Dispose();
        }
        _walks.Dispose();
        _turns.Dispose();
    }

    /// <summary>A place that is given back once.</summary>
    internal readonly struct Turn(SemaphoreSlim places, SemaphoreSlim? ofKey = null) : IDisposable
    {
        public void Dispose()
        {
            places.Release();
            ofKey?.Release();
        }
    }
}
