using System.Diagnostics;
using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;

namespace IdResolution.Storage.Stores;

/// <summary>
/// A group commit as telemetry sees it. It serves many requests: where there are several, its span is of a trace of its own and linked
/// with theirs, both ways; a request that had it alone is its parent.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    // As many links as the SDK keeps by default.
    private const int MaxLinks = 128;

    private static readonly Histogram<int> Size = NodeTelemetry.Meter.CreateHistogram(
        "idresolution.commit.size",
        "{write}",
        "Writes that shared one transaction and its flush.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048] });

    private static readonly Histogram<double> Duration = NodeTelemetry.Meter.CreateHistogram(
        "idresolution.commit.duration",
        "s",
        "Duration of transactions, from their begin until they were on disk.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] });

    private readonly int _size;
    private readonly Activity? _span;
    private readonly long _started = Stopwatch.GetTimestamp();
    private string? _error;

    private GroupCommit(int size, IEnumerable<Activity?> jobs, StoreName store)
    {
        _size = size;
        var origins = jobs.OfType<Activity>().Distinct().Take(MaxLinks).ToList();
        if (origins.Count > 0)
        {
            var alone = origins.Count == 1;
            _span = NodeTelemetry.Source.StartActivity(
                StoreOperation.SpanName("commit", store),
                ActivityKind.Client,
                alone ? origins[0].Context : default,
                StoreOperation.Tags("commit", store, _size),
                alone ? null : origins.Select(o => new ActivityLink(o.Context)));
            if (_span is not null && !alone)
            {
                origins.ForEach(o => o.AddLink(new ActivityLink(_span.Context)));
            }
        }
    }

    /// <summary>Begins a group; null where nothing listens.</summary>
    /// <param name="size">How many writes it holds.</param>
    /// <param name="jobs">The spans of their requests.</param>
    /// <param name="store">The database.</param>
    public static GroupCommit? Begin(int size, IEnumerable<Activity?> jobs, StoreName store) =>
        Size.Enabled || NodeTelemetry.Source.HasListeners() ? new GroupCommit(size, jobs, store) : null;

    /// <summary>Notes that nothing of the group was stored.</summary>
    public void Fail(Exception e)
    {
        _error = StoreOperation.ErrorType(e);
        _span?.SetTag("error.type", _error).SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose()
    {
        if (_error is null)
        {
            Size.Record(_size);
            Duration.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds);
        }
        _span?.Dispose();
    }
}
