using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;
using IdResolution.Server.Caching;

namespace IdResolution.Server.Hosting.Telemetry;

/// <summary>What is observed of a node when metrics are collected; nothing of it asks the store. Ends with the host.</summary>
internal sealed class NodeGauges : IDisposable
{
    private readonly Meter _meter = NodeTelemetry.NewMeter();

    public NodeGauges(Node node)
    {
        _meter.CreateObservableUpDownCounter("idresolution.write_queue.depth", () => node.Store.QueueDepth, "{write}", "Writes waiting for their transaction.");
        _meter.CreateObservableGauge("idresolution.log.head", () => node.Tail.Head, "{entry}", "The last sequence number of the change log that this node has seen.");
        _meter.CreateObservableGauge("idresolution.log.lag", () => node.Tail.Head - node.Tail.Applied, "{entry}", "Entries of the change log that this node has still to apply.");
        _meter.CreateObservableGauge("idresolution.log.age", () => node.Tail.Age.TotalSeconds, "s", "Time since this node last knew that it had applied the whole change log.");
        if (node.Redis is { } redis)
        {
            _meter.CreateObservableGauge("idresolution.shared_cache.used", () => redis.Status.IsDegraded ? 0 : 1, "{node}", "1 while the shared cache (Redis) is used, 0 while it is not believed or does not answer.");
            _meter.CreateObservableGauge("idresolution.shared_cache.lag", () => redis.Reader.Lag, "{entry}", "Entries of the change log still to be applied to the shared cache.");
            _meter.CreateObservableGauge("idresolution.shared_cache.outstanding", () => redis.Connection?.Outstanding ?? 0, "{command}", "Reads and puts that wait for the shared cache's answer.");
        }
        if (node.Cache is MemoryRecordCache cache)
        {
            _meter.CreateObservableUpDownCounter("idresolution.cache.size", () => cache.Bytes, "By", "Estimated bytes of the records kept in memory.");
            _meter.CreateObservableUpDownCounter("idresolution.cache.entries", () => cache.Count, "{entry}", "Records kept in memory.");
        }
    }

    public void Dispose() => _meter.Dispose();
}
