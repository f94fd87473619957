using System.Diagnostics;
using System.Diagnostics.Metrics;
using IdResolution.Core.Telemetry;

namespace IdResolution.Server.Telemetry;

/// <summary>
/// Requests of every front end by outcome, and the calls of gRPC by OpenTelemetry's conventions for RPC. A front end
/// asks <see cref="Enabled"/> before it does anything for them.
/// </summary>
internal sealed class RequestMetrics(NodeTelemetry telemetry)
{
    /// <summary>The outcome of what was done as asked; any other is the code of the error.</summary>
    public const string Ok = "ok";

    /// <summary>The outcome where the caller went away.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The attribute of a gRPC call's name.</summary>
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

    /// <summary>True where something listens.</summary>
    public bool Enabled => _requests.Enabled || _calls.Enabled;

    /// <summary>Counts a request that was answered.</summary>
    /// <param name="frontEnd"><c>rest</c>, <c>page</c>, <c>grpc</c>, <c>handle</c>.</param>
    /// <param name="operation">
    /// What was asked for, of few values and the same over all front ends, such as <c>resolve</c>.
    /// </param>
    /// <param name="outcome"><see cref="Ok"/>, <see cref="Cancelled"/> or the error's code.</param>
    public void Count(string frontEnd, string operation, string outcome) =>
        _requests.Add(
            1,
            new("idresolution.front_end", frontEnd),
            new("idresolution.operation", operation),
            new(NodeTelemetry.Outcome, outcome)
        );

    /// <summary>Records the duration of a gRPC call, and says in the request's span what was called.</summary>
    /// <param name="span">The span of the HTTP request (<c>IHttpActivityFeature</c>), if there is one.</param>
    /// <param name="method">
    /// The whole name without the first slash, such as <c>idresolution.v1.Resolution/Resolve</c>; <c>_OTHER</c> for one
    /// that is not served.
    /// </param>
    /// <param name="status">The status as the protocol spells it, such as <c>NOT_FOUND</c>.</param>
    /// <param name="isFault">
    /// Whether that status is the server's fault, such as <c>INTERNAL</c> or <c>UNAVAILABLE</c>.
    /// </param>
    /// <param name="started">A timestamp of <see cref="Stopwatch.GetTimestamp"/>.</param>
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
