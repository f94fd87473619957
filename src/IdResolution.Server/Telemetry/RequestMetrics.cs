using System.Diagnostics;
using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;

namespace IdResolution.Server.Telemetry;

/// <summary>
/// Counts the requests of every front end by outcome, and measures gRPC calls by OpenTelemetry's conventions for RPC. A
/// front end checks <see cref="Enabled"/> before it prepares anything for this.
/// </summary>
internal sealed class RequestMetrics(NodeTelemetry telemetry)
{
    /// <summary>
    /// The outcome of a request that was done. The outcome of a failed request is the code of its error.
    /// </summary>
    public const string Ok = "ok";

    /// <summary>The outcome when the caller went away before the answer.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The attribute that holds the name of a gRPC call.</summary>
    public const string RpcMethod = "rpc.method";

    private readonly Counter<long> _requests = telemetry.Meter.CreateCounter<long>(
        "idresolution.requests",
        "{request}",
        "Requests by front end, operation and outcome."
    );

    private readonly Histogram<double> _calls = telemetry.Meter.CreateHistogram(
        "rpc.server.call.duration",
        "s",
        "Duration of RPC calls.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
        }
    );

    /// <summary>True if somebody collects these metrics.</summary>
    public bool Enabled => _requests.Enabled || _calls.Enabled;

    /// <summary>Counts a request that was answered.</summary>
    /// <param name="frontEnd"><c>rest</c>, <c>page</c>, <c>grpc</c>, <c>handle</c>.</param>
    /// <param name="operation">
    /// What was asked for, such as <c>resolve</c>. There are few values, the same for all front ends.
    /// </param>
    /// <param name="outcome"><see cref="Ok"/>, <see cref="Cancelled"/> or the error's code.</param>
    public void Count(string frontEnd, string operation, string outcome) =>
        _requests.Add(
            1,
            new("idresolution.front_end", frontEnd),
            new("idresolution.operation", operation),
            new(NodeTelemetry.Outcome, outcome)
        );

    /// <summary>Records the duration of a gRPC call, and adds its name and status to the request's span.</summary>
    /// <param name="span">The span of the HTTP request (<c>IHttpActivityFeature</c>); null if there is none.</param>
    /// <param name="method">
    /// The whole name without the first slash, such as <c>idresolution.v1.Resolver/Resolve</c>; <c>_OTHER</c> for a
    /// method that is not served.
    /// </param>
    /// <param name="status">The status in the protocol's spelling, such as <c>NOT_FOUND</c>.</param>
    /// <param name="isFault">
    /// True if the status is the server's fault, such as <c>INTERNAL</c> or <c>UNAVAILABLE</c>.
    /// </param>
    /// <param name="started">The start, a timestamp of <see cref="Stopwatch.GetTimestamp"/>.</param>
    public void RecordCall(Activity? span, string method, string status, bool isFault, long started)
    {
        var tags = new TagList
        {
            { "rpc.system.name", "grpc" },
            { RpcMethod, method },
            { "rpc.response.status_code", status },
        };
        if (isFault)
        {
            tags.Add("error.type", status);
            span?.SetStatus(ActivityStatusCode.Error);
        }
        if (span is not null)
        {
            foreach (var (name, value) in tags)
            {
                span.SetTag(name, value);
            }
        }
        _calls.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
    }
}
