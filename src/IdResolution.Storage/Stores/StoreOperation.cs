using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using IdResolution.Core.Errors;
using IdResolution.Core.Telemetry;
using Microsoft.Data.SqlClient;
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
    private readonly StoreName _store;
    private readonly Activity? _span;
    private readonly long _started = Stopwatch.GetTimestamp();
    private string? _error;

    private StoreOperation(string name, StoreName store, int batch)
    {
        (_name, _store) = (name, store);
        // What runs in the background, such as the tail's look at the head, would fill the collector with traces of one span.
        _span = Activity.Current is null ? null : NodeTelemetry.Source.StartActivity(SpanName(name, store), ActivityKind.Client, default(ActivityContext), Tags(name, store, batch));
    }

    /// <summary>True where something listens.</summary>
    public static bool IsOn => Duration.Enabled || NodeTelemetry.Source.HasListeners();

    /// <summary>Begins an operation; null where nothing listens. In what awaits only inside an async method: the span is current from here on.</summary>
    /// <param name="name">A low-cardinality name.</param>
    /// <param name="store">The database.</param>
    /// <param name="batch">How many writes it holds.</param>
    public static StoreOperation? Begin(string name, StoreName store, int batch = 1) => IsOn ? new StoreOperation(name, store, batch) : null;

    public static string SpanName(string operation, StoreName store) => $"{operation} {store.Namespace}";

    public static TagList Tags(string operation, StoreName store, int batch)
    {
        var tags = new TagList { { "db.system.name", store.System }, { "db.namespace", store.Namespace }, { "db.operation.name", operation } };
        if (batch > 1)
        {
            tags.Add("db.operation.batch.size", batch);
        }
        return tags;
    }

    /// <summary>What <c>error.type</c> says of an exception: SQLite's extended result code, SQL Server's error number, or the type.</summary>
    public static string ErrorType(Exception e) => ((e as StoreException)?.InnerException ?? e) switch
    {
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode.ToString(),
        SqlException sql => sql.Number.ToString(CultureInfo.InvariantCulture),
        SqlServerFault fault => fault.Number.ToString(CultureInfo.InvariantCulture),
        _ => e.GetType().FullName!,
    };

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
            var tags = Tags(_name, _store, 1);
            if (_error is not null)
            {
                tags.Add("error.type", _error);
            }
            Duration.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds, tags);
        }
        _span?.Dispose();
    }
}
