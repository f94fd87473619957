using System.Diagnostics.Metrics;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Telemetry;
using IdResolution.Core.Upstream;
using IdResolution.Server.Caching;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Hosting.Telemetry;

/// <summary>Gauges of the node's state, read when metrics are collected. None of them asks the store.</summary>
internal sealed class NodeGauges
{
    /// <summary>Adds the gauges to the node's meter. They end with the meter.</summary>
    public NodeGauges(
        NodeTelemetry telemetry,
        NodeStore store,
        LogFollower tail,
        IRecordCache records,
        IEnumerable<LogReader> readers,
        RedisRecordCache? redis = null
    )
    {
        var meter = telemetry.Meter;
        meter.CreateObservableUpDownCounter(
            "idresolution.write_queue.depth",
            () => store.QueueDepth,
            "{write}",
            "Writes waiting for their transaction."
        );
        AddLog(meter, tail);
        AddReaders(meter, tail, [.. readers]);
        if (redis is not null)
        {
            AddSharedCache(meter, redis);
        }
        if (records is MemoryRecordCache cache)
        {
            AddCache(meter, cache);
        }
    }

    private static void AddLog(Meter meter, LogFollower tail)
    {
        meter.CreateObservableGauge(
            "idresolution.log.head",
            () => tail.Head,
            "{entry}",
            "The last sequence number of the change log that this node has seen."
        );
        meter.CreateObservableGauge(
            "idresolution.log.lag",
            () => tail.Head - tail.Applied,
            "{entry}",
            "Entries of the change log that this node has still to apply."
        );
        meter.CreateObservableGauge(
            "idresolution.log.age",
            () => tail.Age.TotalSeconds,
            "s",
            "Time since this node last knew that it had applied the whole change log."
        );
        meter.CreateObservableGauge(
            "idresolution.log.restored",
            () => tail.IsRestored ? 1 : 0,
            "{node}",
            "1 while the store is one that came back from a backup and takes no writes, else 0."
        );
    }

    private static void AddReaders(Meter meter, LogFollower tail, LogReader[] readers)
    {
        meter.CreateObservableGauge(
            "idresolution.log_reader.lag",
            () =>
                from reader in readers
                let lag = reader.Lag(tail.Head)
                where lag is not null
                select new Measurement<long>(lag.Value, ReaderTag(reader)),
            "{entry}",
            "Entries of the change log that a reader has still to take, as far as this node knows."
        );
        meter.CreateObservableCounter(
            "idresolution.log_reader.dead_letters",
            () => readers.Select(reader => new Measurement<long>(reader.SetAside, ReaderTag(reader))),
            "{entry}",
            "Entries of the change log that a reader could not take and this node has set aside."
        );
        if (readers.Any(static r => r.Name == UpstreamReader.ReaderName))
        {
            meter.CreateObservableGauge(
                "idresolution.upstream.refused",
                () => readers.Where(static r => r.Name == UpstreamReader.ReaderName).Sum(static r => r.DeadLetters),
                "{record}",
                "Records that the secondary node refused, and that wait for a person."
            );
        }
    }

    private static void AddSharedCache(Meter meter, RedisRecordCache redis)
    {
        meter.CreateObservableGauge(
            "idresolution.shared_cache.used",
            () => redis.Status.IsDegraded ? 0 : 1,
            "{node}",
            "1 while the shared cache (Redis) is used, 0 while it is not believed or does not answer."
        );
        meter.CreateObservableGauge(
            "idresolution.shared_cache.lag",
            () => redis.Reader.Lag,
            "{entry}",
            "Entries of the change log still to be applied to the shared cache."
        );
        meter.CreateObservableGauge(
            "idresolution.shared_cache.outstanding",
            () => redis.Connection?.Outstanding ?? 0,
            "{command}",
            "Reads and puts that wait for the shared cache's answer."
        );
    }

    private static void AddCache(Meter meter, MemoryRecordCache cache)
    {
        meter.CreateObservableUpDownCounter(
            "idresolution.cache.size",
            () => cache.Bytes,
            "By",
            "Estimated bytes of the records kept in memory."
        );
        meter.CreateObservableUpDownCounter(
            "idresolution.cache.entries",
            () => cache.Count,
            "{entry}",
            "Records kept in memory."
        );
    }

    private static KeyValuePair<string, object?> ReaderTag(LogReader reader) =>
        new("idresolution.log_reader.name", reader.Name);
}
