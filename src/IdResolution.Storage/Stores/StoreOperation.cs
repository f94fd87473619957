using System.Diagnostics;
using System.Diagnostics.Metrics;
using IdResolution.Core.Errors;
using IdResolution.Core.Telemetry;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Stores;

/// <summary>One call of the store as telemetry sees it, by OpenTelemetry's conventions for database clients; ends when disposed.</summary>
internal sealed class StoreOperation : IDisposable
{
    private static readonly Histogram<double> Duration = NodeTelemetry.Meter.CreateHistogram(
        "db.client.operation.duration",
        "s",
        "Duration of the store's operations, for writes with their wait in the queue.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    private readonly string _name;
    private readonly Activity? _span;
    private readonly long _started = Stopwatch.GetTimestamp();
    private string? _error;

    private StoreOperation(string name, int batch)
    {
        _name = name;
        // What runs in the background, such as the tail's look at the head, would fill the collector with traces of one span.
        _span = Activity.Current is null ? null : NodeTelemetry.Source.StartActivity(SpanName(name), ActivityKind.Client, default(ActivityContext), Tags(name, batch));
    }

    /// <summary>True where something listens.</summary>
    public static bool IsOn => Duration.Enabled || NodeTelemetry.Source.HasListeners();

    /// <summary>Begins an operation; null where nothing listens. In what awaits only inside an async method: the span is current from here on.</summary>
    /// <param name="name">A low-cardinality name.</param>
    /// <param name="batch">How many writes it holds.</param>
    public static StoreOperation? Begin(string name, int batch = 1) => IsOn ? new StoreOperation(name, batch) : null;

    public static string SpanName(string operation) => $"{operation} {SqliteDatabase.FileName}";

    public static TagList Tags(string operation, int batch)
    {
        var tags = new TagList { { "db.system.name", "sqlite" }, { "db.namespace", SqliteDatabase.FileName }, { "db.operation.name", operation } };
        if (batch > 1)
        {
            tags.Add("db.operation.batch.size", batch);
        }
        return tags;
    }

    /// <summary>What <c>error.type</c> says of an exception: SQLite's extended result code, or the type.</summary>
    public static string ErrorType(Exception e) => ((e as StoreException)?.InnerException ?? e) is SqliteException sqlite ? sqlite.SqliteExtendedErrorCode.ToString() : e.GetType().FullName!;

    /// <summary>Notes that the operation failed.</summary>
    public void Fail(Exception e) => Fail(ErrorType(e));

    /// <summary>Notes that the operation failed.</summary>
    public void Fail(string error)
    {
        _error = error;
        _span?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose()
    {
        if (Duration.Enabled)
        {
            var tags = Tags(_name, 1);
            if (_error is not null)
            {
                tags.Add("error.type", _error);
            }
            Duration.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds, tags);
        }
        _span?.Dispose();
    }
}
