using System.Diagnostics;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Resolution;

/// <summary>Counts resolutions for the statistics, and makes metrics and spans of them. Thread-safe.</summary>
public sealed class ResolutionMetrics(ResolutionCounters counters, NodeTelemetry telemetry)
{
    private readonly CacheMetrics _cache = new(telemetry);

    /// <summary>The statistics counter for a record's template and source.</summary>
    public Counter For(StoredRecord record) => counters.For(record);

    /// <summary>Counts a resolution that was answered from the cache in memory.</summary>
    public void Hit() => _cache.Hit();

    /// <summary>Counts a resolution that had to load the record.</summary>
    public void Miss() => _cache.Miss();

    /// <summary>True if something listens to spans.</summary>
    public bool HasListeners => telemetry.Source.HasListeners();

    /// <summary>Starts the span of a load; null if nothing listens.</summary>
    public Activity? StartLoad() => telemetry.Source.StartActivity("cache load");
}
