using System.Collections.Frozen;
using System.Diagnostics;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using IdResolution.Server.Hosting.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Server.Grpc;

/// <summary>Tells telemetry of a gRPC call that ended; only where something listens.</summary>
internal static class CallTelemetry
{
    private const string NotServed = "_OTHER";

    private static readonly object Key = new();

    /// <summary>The names of <see cref="StatusCode"/> as the protocol spells them.</summary>
    private static readonly string[] Statuses =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>Whole names of our methods, and the operations they are counted as, in the words that REST is counted in.</summary>
    private static readonly FrozenDictionary<string, string> Operations = new[] { V1.Registry.Descriptor, V1.Resolver.Descriptor, V1.Labels.Descriptor }
        .SelectMany(service => service.Methods)
        .ToFrozenDictionary(method => $"{method.Service.FullName}/{method.Name}", OperationOf);

    /// <summary>Notes the core's code of the error that ends the call.</summary>
    public static void NoteOutcome(HttpContext context, Core.Errors.ErrorCode code)
    {
        if (RequestMetrics.Enabled)
        {
            context.Items[Key] = code.ToString();
        }
    }

    /// <summary>Records a call.</summary>
    /// <param name="context">The request, answered.</param>
    /// <param name="started">A timestamp of <see cref="Stopwatch.GetTimestamp"/>.</param>
    public static void Record(HttpContext context, long started)
    {
        // What the pipeline refuses does not get as far as an endpoint.
        var path = context.Request.Path.Value?.TrimStart('/') ?? "";
        var method = Operations.ContainsKey(path) || context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null ? path : NotServed;
        var status = StatusOf(context);
        var isFault = status is StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unimplemented or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss;
        RequestMetrics.RecordCall(context.Features.Get<IHttpActivityFeature>()?.Activity, method, Statuses[(int)status], isFault, started);
        RequestMetrics.Count("grpc", Operations.GetValueOrDefault(method, "other"), status switch
        {
            StatusCode.OK => RequestMetrics.Ok,
            StatusCode.Cancelled => RequestMetrics.Cancelled,
            _ => context.Items.TryGetValue(Key, out var noted) ? (string)noted! : status.ToString(),
        });
    }

    /// <summary>The status sent; a call whose caller went away sends none.</summary>
    private static StatusCode StatusOf(HttpContext context)
    {
        const string header = "grpc-status";
        var text = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers[header].FirstOrDefault() ?? context.Response.Headers[header].FirstOrDefault();
        return int.TryParse(text, out var code) && code >= 0 && code < Statuses.Length ? (StatusCode)code
            : context.RequestAborted.IsCancellationRequested ? StatusCode.Cancelled
            : StatusCode.Unknown;
    }

    private static string OperationOf(MethodDescriptor method) =>
        string.Concat(method.Name.Select((c, i) => char.IsAsciiLetterUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
