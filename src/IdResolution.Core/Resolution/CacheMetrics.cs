using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Resolution;

/// <summary>Counts the resolutions that the cache answered, and the others.</summary>
internal sealed class CacheMetrics(NodeTelemetry telemetry)
{
    private static readonly KeyValuePair<string, object?> HitTag = new("idresolution.cache.result", "hit");
    private static readonly KeyValuePair<string, object?> MissTag = new("idresolution.cache.result", "miss");

    private readonly Counter<long> _lookups = telemetry.Meter.CreateCounter<long>(
        "idresolution.cache.lookups",
        "{lookup}",
        "Resolutions by whether the cache had the record."
    );

    public void Hit()
    {
        if (_lookups.Enabled)
        {
            _lookups.Add(1, HitTag);
        }
    }

    public void Miss()
    {
        if (_lookups.Enabled)
        {
            _lookups.Add(1, MissTag);
        }
    }
}
