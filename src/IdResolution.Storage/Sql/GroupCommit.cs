using System.Diagnostics;

namespace IdResolution.Storage.Sql;

/// <summary>
/// A group commit in telemetry. If it serves several requests, its span begins a trace of its own and is linked with
/// the requests' spans, both ways. If it serves one request, its span is a child of that request's span.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    // The SDK keeps as many links by default.
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

    /// <summary>Records that nothing of the group was stored.</summary>
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
