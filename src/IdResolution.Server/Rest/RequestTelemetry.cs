using IdResolution.Core.Errors;
using IdResolution.Server.Http;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Rest;

/// <summary>Counts HTTP requests for telemetry. Called only if something listens to the counters.</summary>
internal static class RequestTelemetry
{
    // Requests to these paths do not ask for an identifier.
    private static readonly PathString[] Uncounted = ["/healthz", "/readyz", "/openapi", "/docs"];

    /// <summary>Counts the request. If it was answered before routing, also names its span after the route.</summary>
    /// <param name="requests">The counters.</param>
    /// <param name="context">The request, after its answer was sent.</param>
    /// <param name="kind">The first word of the call below <c>/api/v1</c>, or null.</param>
    /// <param name="outcome">The outcome that was noted while the request was answered, if any.</param>
    public static void Count(RequestMetrics requests, HttpContext context, string? kind, RequestOutcome outcome)
    {
        var path = context.Request.Path;
        if (Array.Exists(Uncounted, u => path.StartsWithSegments(u, StringComparison.Ordinal)))
        {
            return;
        }
        var result = outcome.Noted ?? OutcomeOf(context.Response.StatusCode);
        if (context.GetEndpoint()?.Metadata.GetMetadata<CallName>() is { } name)
        {
            requests.Count(name.FrontEnd, name.Operation, result);
        }
        else if (path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            requests.Count("rest", Operation(context.Request.Method, kind), result);
        }
        else
        {
            requests.Count("page", path == "/" ? "home" : "resolve", result);
        }
        if (kind == "identifiers" && context.GetEndpoint() is null)
        {
            HttpSpans.NameRoute(context, ResolveEndpoint.Route + "{**id}");
        }
    }

    private static string Operation(string method, string? kind) =>
        (kind, method) switch
        {
            (null, _) => "other",
            ("identifiers", "GET" or "HEAD") => "resolve",
            ("identifiers", "POST") => "register",
            ("identifiers", "PATCH") => "update",
            ("identifiers", "DELETE") => "revoke",
            ("identifiers:batch", _) => "register-batch",
            _ => kind,
        };

    /// <summary>The outcome of answers without an error code: pages, and refusals by routing.</summary>
    private static string OutcomeOf(int status) =>
        status switch
        {
            < 400 => RequestMetrics.Ok,
            400 => nameof(ErrorCode.InvalidIdentifier),
            401 => nameof(ErrorCode.Unauthenticated),
            404 => nameof(ErrorCode.NotFound),
            405 => nameof(ErrorCode.MethodNotAllowed),
            410 => nameof(ErrorCode.Revoked),
            >= 500 => nameof(ErrorCode.Internal),
            _ => nameof(ErrorCode.Malformed),
        };
}
