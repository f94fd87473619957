using System.Diagnostics;
using System.Globalization;
using IdResolution.Core.Errors;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sql;

/// <summary>
/// One call of the store in telemetry, by OpenTelemetry's conventions for database clients. Disposing ends it.
/// </summary>
internal sealed class StoreOperation : IDisposable
{
    private readonly string _name;
    private readonly StoreTelemetry _store;
    private readonly Activity? _span;
    private readonly long _started = Stopwatch.GetTimestamp();
    private string? _error;

    public StoreOperation(string name, StoreTelemetry store, int batch)
    {
        (_name, _store) = (name, store);
        // Background work, such as the tail's read of the head, gets no span. It would fill the collector with traces
        // of one span each.
        _span = Activity.Current is null
            ? null
            : store.Source.StartActivity(
                store.SpanName(name),
                ActivityKind.Client,
                default(ActivityContext),
                store.Tags(name, batch)
            );
    }

    /// <summary>
    /// The value of <c>error.type</c> for an exception: SQLite's extended result code, SQL Server's error number, or
    /// the type's name.
    /// </summary>
    public static string ErrorType(Exception e) =>
        ((e as StoreException)?.InnerException ?? e) switch
        {
            SqliteException sqlite => sqlite.SqliteExtendedErrorCode.ToString(),
            SqlException sql => sql.Number.ToString(CultureInfo.InvariantCulture),
            INumberedFault fault => fault.Number.ToString(CultureInfo.InvariantCulture),
            _ => e.GetType().FullName!,
        };

    public void Fail(Exception e) => Fail(ErrorType(e));

    public void Fail(string error)
    {
        _error = error;
        _span?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose()
    {
        if (_store.Duration.Enabled)
        {
            var tags = _store.Tags(_name, 1);
            if (_error is not null)
            {
                tags.Add("error.type", _error);
            }
            _store.Duration.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds, tags);
        }
        _span?.Dispose();
    }
}
