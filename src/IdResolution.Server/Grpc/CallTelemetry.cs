using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using IdResolution.Server.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Tells telemetry of a gRPC call that ended; only where something listens. The library has event counters without
/// method or status, and tags the spans of calls that reach a method by names that the conventions no longer know.
/// </summary>
internal static class CallTelemetry
{
    private const string NotServed = "_OTHER";

    /// <summary>The names of <see cref="StatusCode"/> as the protocol spells them.</summary>
    private static readonly string[] Statuses =
    [
        .. Enum.GetValues<StatusCode>()
            .Select(status => JsonNamingPolicy.SnakeCaseUpper.ConvertName(status.ToString())),
    ];

    /// <summary>
    /// Whole names of our methods, and the operations they are counted as, in the words that REST is counted in.
    /// </summary>
    private static readonly FrozenDictionary<string, string> Operations = new[]
    {
        V1.Registry.Descriptor,
        V1.Resolver.Descriptor,
        V1.Labels.Descriptor,
    }
        .SelectMany(service => service.Methods)
        .ToFrozenDictionary(
            method => $"{method.Service.FullName}/{method.Name}",
            method => JsonNamingPolicy.KebabCaseLower.ConvertName(method.Name)
        );

    /// <summary>Records a call.</summary>
    /// <param name="requests">Counts.</param>
    /// <param name="context">The request, answered.</param>
    /// <param name="outcome">What was noted of its end.</param>
    /// <param name="started">A timestamp of <see cref="Stopwatch.GetTimestamp"/>.</param>
    public static void Record(RequestMetrics requests, HttpContext context, RequestOutcome outcome, long started)
    {
        // What the pipeline refuses does not get as far as an endpoint.
        var path = context.Request.Path.Value?.TrimStart('/') ?? "";
        var method =
            Operations.ContainsKey(path)
            || context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null
                ? path
                : NotServed;
        var status = StatusOf(context);
        var isFault =
            status
            is StatusCode.Unknown
                or StatusCode.DeadlineExceeded
                or StatusCode.Unimplemented
                or StatusCode.Internal
                or StatusCode.Unavailable
                or StatusCode.DataLoss;
        requests.RecordCall(
            context.Features.Get<IHttpActivityFeature>()?.Activity,
            method,
            Statuses[(int)status],
            isFault,
            started
        );
        requests.Count(
            "grpc",
            Operations.GetValueOrDefault(method, "other"),
            status switch
            {
                StatusCode.OK => RequestMetrics.Ok,
                StatusCode.Cancelled => RequestMetrics.Cancelled,
                _ => outcome.Noted ?? status.ToString(),
            }
        );
    }

    /// <summary>The status sent; a call whose caller went away sends none.</summary>
    private static StatusCode StatusOf(HttpContext context)
    {
        const string header = "grpc-status";
        var text =
            context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers[header].FirstOrDefault()
            ?? context.Response.Headers[header].FirstOrDefault();
        if (int.TryParse(text, out var code) && code >= 0 && code < Statuses.Length)
        {
            return (StatusCode)code;
        }
        return context.RequestAborted.IsCancellationRequested ? StatusCode.Cancelled : StatusCode.Unknown;
    }
}
