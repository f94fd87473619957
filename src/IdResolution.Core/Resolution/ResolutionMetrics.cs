using System.Diagnostics;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Resolution;

/// <summary>What resolutions leave behind: counts for people, metrics and spans for operators. Thread-safe.</summary>
public sealed class ResolutionMetrics(ResolutionCounters counters, NodeTelemetry telemetry)
{
    private readonly CacheMetrics _cache = new(telemetry);

    /// <summary>The counter of a record's template and source.</summary>
    public Counter For(StoredRecord record) => counters.For(record);

    /// <summary>A resolution was answered from memory.</summary>
    public void Hit() => _cache.Hit();

    /// <summary>A resolution was not.</summary>
    public void Miss() => _cache.Miss();

    /// <summary>Whether anybody looks at spans.</summary>
    public bool HasListeners => telemetry.Source.HasListeners();

    /// <summary>The span of a load, or null where nobody looks at it.</summary>
    public Activity? StartLoad() => telemetry.Source.StartActivity("cache load");
}
