using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;

namespace IdResolution.Server.Caching;

/// <summary>Counts what Redis answered and what it was given.</summary>
internal static class SharedCacheMetrics
{
    private static readonly Counter<long> Lookups = NodeTelemetry.Meter.CreateCounter<long>(
        "idresolution.shared_cache.lookups", "{lookup}", "Resolutions not in memory by what the shared cache (Redis) answered.");

    private static readonly Counter<long> Puts = NodeTelemetry.Meter.CreateCounter<long>(
        "idresolution.shared_cache.puts", "{record}", "Records given to the shared cache by what became of them.");

    private static readonly KeyValuePair<string, object?>[] Results = Tags<SharedCacheResult>("idresolution.shared_cache.result");
    private static readonly KeyValuePair<string, object?>[] Outcomes = Tags<SharedCacheResult>(NodeTelemetry.Outcome);

    public static void Lookup(SharedCacheResult result)
    {
        if (Lookups.Enabled)
        {
            Lookups.Add(1, Results[(int)result]);
        }
    }

    public static void Put(SharedCacheResult outcome)
    {
        if (Puts.Enabled)
        {
            Puts.Add(1, Outcomes[(int)outcome]);
        }
    }

    private static KeyValuePair<string, object?>[] Tags<T>(string name)
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(value => new KeyValuePair<string, object?>(name, value.ToLowerInvariant()))];
}
