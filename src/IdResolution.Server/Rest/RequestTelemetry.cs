using IdResolution.Core.Errors;
using IdResolution.Server.Http;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Rest;

/// <summary>Tells telemetry of a request over HTTP that was answered; only where something listens.</summary>
internal static class RequestTelemetry
{
    // Neither a person nor a program asks for an identifier there.
    private static readonly PathString[] Uncounted = ["/healthz", "/readyz", "/openapi", "/docs"];

    /// <summary>Counts the request, and names its route where it was answered ahead of routing.</summary>
    /// <param name="requests">Counts.</param>
    /// <param name="context">The request, answered.</param>
    /// <param name="kind">The call of <c>/api/v1</c>, or null.</param>
    /// <param name="outcome">What was noted of its end.</param>
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

    /// <summary>Pages, and what routing refuses, are answered without a problem's code.</summary>
    private static string OutcomeOf(int status) =>
        status switch
        {
            < 400 => RequestMetrics.Ok,
            400 => nameof(ErrorCode.InvalidIdentifier),
            401 => nameof(ErrorCode.Unauthenticated),
            404 => nameof(ErrorCode.NotFound),
            405 => nameof(ErrorCode.NotSupported),
            410 => nameof(ErrorCode.Revoked),
            >= 500 => nameof(ErrorCode.Internal),
            _ => nameof(ErrorCode.Malformed),
        };
}
