using System.Diagnostics;
using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;

namespace IdResolution.Storage.Sql;

/// <summary>Reports one database's work to telemetry, by OpenTelemetry's conventions for database clients.</summary>
/// <param name="telemetry">The telemetry of the node that uses the database.</param>
/// <param name="system">The value of OpenTelemetry's <c>db.system.name</c>.</param>
/// <param name="name">The database's name, the value of <c>db.namespace</c>.</param>
internal sealed class StoreTelemetry(NodeTelemetry telemetry, string system, string name)
{
    public ActivitySource Source { get; } = telemetry.Source;

    public Histogram<double> Duration { get; } =
        telemetry.Meter.CreateHistogram(
            "db.client.operation.duration",
            "s",
            "Duration of the store's operations, for writes with their wait in the queue.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
            }
        );

    public Histogram<int> CommitSize { get; } =
        telemetry.Meter.CreateHistogram(
            "idresolution.commit.size",
            "{write}",
            "Writes that shared one transaction and its flush.",
            advice: new InstrumentAdvice<int>
            {
                HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048],
            }
        );

    public Histogram<double> CommitDuration { get; } =
        telemetry.Meter.CreateHistogram(
            "idresolution.commit.duration",
            "s",
            "Duration of transactions, from their begin until they were on disk.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
            }
        );

    /// <summary>True if anything listens to durations or spans.</summary>
    public bool IsOn => Duration.Enabled || Source.HasListeners();

    /// <summary>
    /// Begins an operation; null if nothing listens. If the caller awaits, call this inside an async method, since the
    /// span is current from here on.
    /// </summary>
    /// <param name="operation">The operation's name; there must be few different ones.</param>
    /// <param name="batch">The number of writes in the operation.</param>
    public StoreOperation? Begin(string operation, int batch = 1) =>
        IsOn ? new StoreOperation(operation, this, batch) : null;

    /// <summary>Begins a group commit; null if nothing listens.</summary>
    /// <param name="size">The number of writes in the group.</param>
    /// <param name="jobs">The spans of the requests that wait for the writes.</param>
    public GroupCommit? BeginCommit(int size, IEnumerable<Activity?> jobs) =>
        CommitSize.Enabled || Source.HasListeners() ? new GroupCommit(size, jobs, this) : null;

    public string SpanName(string operation) => $"{operation} {name}";

    public TagList Tags(string operation, int batch)
    {
        var tags = new TagList
        {
            { "db.system.name", system },
            { "db.namespace", name },
            { "db.operation.name", operation },
        };
        if (batch > 1)
        {
            tags.Add("db.operation.batch.size", batch);
        }
        return tags;
    }
}
