using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Resolution;

/// <summary>Counts what the cache answered and what it had to load.</summary>
internal static class CacheMetrics
{
    private static readonly Counter<long> Lookups = NodeTelemetry.Meter.CreateCounter<long>(
        "idresolution.cache.lookups", "{lookup}", "Resolutions by whether the cache had the record.");

    private static readonly KeyValuePair<string, object?> HitTag = new("idresolution.cache.result", "hit");
    private static readonly KeyValuePair<string, object?> MissTag = new("idresolution.cache.result", "miss");

    public static void Hit()
    {
        if (Lookups.Enabled)
        {
            Lookups.Add(1, HitTag);
        }
    }

    public static void Miss()
    {
        if (Lookups.Enabled)
        {
            Lookups.Add(1, MissTag);
        }
    }
}
