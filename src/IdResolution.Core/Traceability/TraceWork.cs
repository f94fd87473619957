using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What traces may take of the node, and what they took. A walk reads a page when its turn has come, and then others
/// have theirs: so a short one does not wait for the end of a long one, and all together leave a processor to what is
/// not a trace. Only so many are under way at once, and hold only so much memory. Thread-safe.
/// </summary>
/// <param name="time">The clock of budgets.</param>
/// <param name="telemetry">What counts traces; null for none.</param>
public sealed class TraceWork(TimeProvider time, NodeTelemetry? telemetry = null) : IDisposable
{
    /// <summary>The most walks that are under way at once; the next ones wait.</summary>
    public const int MostWalks = 64;

    /// <summary>The most walks of one key, so that its slow readers keep no other key waiting.</summary>
    public const int MostOfKey = 16;

    /// <summary>The most traces of one key that are looked at as a whole, until their answers are taken.</summary>
    public const int MostReportsOfKey = 2;

    /// <summary>The most bytes that all traces hold.</summary>
    public const long MostBytes = 256 << 20;

    /// <summary>The most bytes that the traces of one key hold.</summary>
    public const long MostBytesOfKey = 128 << 20;

    /// <summary>The most walks that read at once.</summary>
    public static int MostTurns { get; } = Math.Max(1, Environment.ProcessorCount - 1);

    private const string Direction = "idresolution.trace.direction";

    private readonly ConcurrentDictionary<long, SemaphoreSlim> _ofKeys = [];
    private readonly ConcurrentDictionary<long, SemaphoreSlim> _reportsOfKeys = [];
    private readonly Shares<long> _memory = new(MostBytes, MostBytesOfKey);
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

    /// <summary>How long a trace waits for its place before it is refused.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The bytes that all traces hold.</summary>
    public long Bytes => _memory.Held;

    /// <summary>Waits until a walk of a key may begin. It ends with what is returned.</summary>
    internal async ValueTask<Result<Turn>> EnterAsync(long actor, CancellationToken cancellationToken)
    {
        var ofKey = _ofKeys.GetOrAdd(actor, static _ => new SemaphoreSlim(MostOfKey));
        if (!await ofKey.WaitAsync(Patience, cancellationToken))
        {
            return TraceErrors.NoPlace();
        }
        var isIn = false;
        try
        {
            isIn = await _walks.WaitAsync(Patience, cancellationToken);
            return isIn ? new Turn(_walks, ofKey) : TraceErrors.NoPlace();
        }
        finally
        {
            if (!isIn)
            {
                ofKey.Release();
            }
        }
    }

    /// <summary>What a trace of a key holds that is sent as found.</summary>
    internal TraceHold Hold(long actor) => new(_memory, actor);

    /// <summary>Waits until a trace of a key may be looked at as a whole. It ends with what is returned.</summary>
    internal async ValueTask<Result<TraceHold>> HoldReportAsync(long actor, CancellationToken cancellationToken)
    {
        var ofKey = _reportsOfKeys.GetOrAdd(actor, static _ => new SemaphoreSlim(MostReportsOfKey));
        return await ofKey.WaitAsync(Patience, cancellationToken)
            ? new TraceHold(_memory, actor, ofKey)
            : TraceErrors.NoPlace();
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
        foreach (var (_, places) in _ofKeys.Concat(_reportsOfKeys))
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
