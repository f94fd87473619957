using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json;
using Grpc.Core;
using IdResolution.Server.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Reports a finished gRPC call to telemetry; used only if somebody collects it. The library's own event counters have
/// no method or status. The tags that it adds to spans have names from older conventions.
/// </summary>
internal static class CallTelemetry
{
    private const string NotServed = "_OTHER";

    /// <summary>The names of <see cref="StatusCode"/> in the protocol's spelling.</summary>
    private static readonly string[] Statuses =
    [
        .. Enum.GetValues<StatusCode>()
            .Select(status => JsonNamingPolicy.SnakeCaseUpper.ConvertName(status.ToString())),
    ];

    /// <summary>
    /// The whole names of our methods, and the operations that they are counted as: the same words as for REST.
    /// </summary>
    private static readonly FrozenDictionary<string, string> Operations = GrpcApi
        .Own.SelectMany(service => service.Methods)
        .ToFrozenDictionary(
            method => $"{method.Service.FullName}/{method.Name}",
            method => JsonNamingPolicy.KebabCaseLower.ConvertName(method.Name)
        );

    /// <summary>Records a call, after it was answered.</summary>
    /// <param name="requests">Takes the counts and the duration.</param>
    /// <param name="context">The answered request.</param>
    /// <param name="outcome">The outcome noted for the request.</param>
    /// <param name="started">The start, a timestamp of <see cref="Stopwatch.GetTimestamp"/>.</param>
    public static void Record(RequestMetrics requests, HttpContext context, RequestOutcome outcome, long started)
    {
        // A request that the pipeline refused has no endpoint yet.
        var path = context.Request.Path.Value?.TrimStart('/') ?? "";
        var method = MethodName.Of(context)?.TrimStart('/') ?? (Operations.ContainsKey(path) ? path : NotServed);
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

    /// <summary>The status that was sent. If the caller went away, none was sent.</summary>
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
