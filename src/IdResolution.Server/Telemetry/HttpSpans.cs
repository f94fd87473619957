using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Server.Telemetry;

/// <summary>Adds to a request's span what the instrumentation of ASP.NET Core cannot know.</summary>
internal static class HttpSpans
{
    private const string Route = "http.route";

    /// <summary>Sets the route, in metrics and span, of a request that is answered before routing.</summary>
    public static void NameRoute(HttpContext context, string route)
    {
        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(Route, route));
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span)
        {
            span.SetTag(Route, route);
            span.DisplayName = $"{context.Request.Method} {route}";
        }
    }

    /// <summary>
    /// Completes a span when its request ends. A gRPC call is named by its method; a status of 500 or more is an error.
    /// </summary>
    public static void Complete(Activity span, HttpResponse response)
    {
        if (span.GetTagItem(RequestMetrics.RpcMethod) is string method)
        {
            span.DisplayName = method;
        }
        if (response.StatusCode >= 500 && span.GetTagItem("error.type") is null)
        {
            span.SetTag("error.type", response.StatusCode.ToString(CultureInfo.InvariantCulture));
        }
    }
}
