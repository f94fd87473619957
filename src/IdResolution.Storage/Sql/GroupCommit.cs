using System.Diagnostics;

namespace IdResolution.Storage.Sql;

/// <summary>
/// A group commit as telemetry sees it. It serves many requests: where there are several, its span is of a trace of its
/// own and linked with theirs, both ways; a request that had it alone is its parent.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    // As many links as the SDK keeps by default.
    private const int MaxLinks = 128;

    private readonly StoreTelemetry _store;
    private readonly int _size;
    private readonly Activity? _span;
    private readonly long _started = Stopwatch.GetTimestamp();
    private string? _error;

    public GroupCommit(int size, IEnumerable<Activity?> jobs, StoreTelemetry store)
    {
        (_size, _store) = (size, store);
        var origins = jobs.OfType<Activity>().Distinct().Take(MaxLinks).ToList();
        if (origins.Count > 0)
        {
            var alone = origins.Count == 1;
            _span = store.Source.StartActivity(
                store.SpanName("commit"),
                ActivityKind.Client,
                alone ? origins[0].Context : default,
                store.Tags("commit", _size),
                alone ? null : origins.Select(o => new ActivityLink(o.Context))
            );
            if (_span is not null && !alone)
            {
                origins.ForEach(o => o.AddLink(new ActivityLink(_span.Context)));
            }
        }
    }

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
            _store.CommitSize.Record(_size);
            _store.CommitDuration.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds);
        }
        _span?.Dispose();
    }
}
