using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;

namespace IdResolution.Server.Caching;

/// <summary>Counts lookups in Redis and puts to it, each by its result.</summary>
internal sealed class SharedCacheMetrics(NodeTelemetry telemetry)
{
    private readonly Counter<long> _lookups = telemetry.Meter.CreateCounter<long>(
        "idresolution.shared_cache.lookups",
        "{lookup}",
        "Resolutions not in memory by what the shared cache (Redis) answered."
    );

    private readonly Counter<long> _puts = telemetry.Meter.CreateCounter<long>(
        "idresolution.shared_cache.puts",
        "{record}",
        "Records given to the shared cache by what became of them."
    );

    private static readonly KeyValuePair<string, object?>[] Results = Tags<SharedCacheResult>(
        "idresolution.shared_cache.result"
    );
    private static readonly KeyValuePair<string, object?>[] Outcomes = Tags<SharedCacheResult>(NodeTelemetry.Outcome);

    public void Lookup(SharedCacheResult result)
    {
        if (_lookups.Enabled)
        {
            _lookups.Add(1, Results[(int)result]);
        }
    }

    public void Put(SharedCacheResult outcome)
    {
        if (_puts.Enabled)
        {
            _puts.Add(1, Outcomes[(int)outcome]);
        }
    }

    private static KeyValuePair<string, object?>[] Tags<T>(string name)
        where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(value => new KeyValuePair<string, object?>(name, value.ToLowerInvariant()))];
}
