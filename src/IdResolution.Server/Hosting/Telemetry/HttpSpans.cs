using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Server.Hosting.Telemetry;

/// <summary>
/// Completes ASP.NET Core's spans by OpenTelemetry's conventions for HTTP, around all that answers: name, route, status. It is in the
/// pipeline only where traces are exported.
/// </summary>
internal sealed class HttpSpans : IStartupFilter
{
    /// <summary>The attribute of the route, which who answers ahead of routing sets himself.</summary>
    public const string Route = "http.route";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(CompleteAsync);
        next(app);
    };

    /// <summary>Names the route of a request that is answered ahead of routing, in metrics and its span.</summary>
    public static void NameRoute(HttpContext context, string route)
    {
        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(Route, route));
        context.Features.Get<IHttpActivityFeature>()?.Activity?.SetTag(Route, route);
    }

    private static async Task CompleteAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span)
            {
                Complete(context, span);
            }
        }
    }

    private static void Complete(HttpContext context, Activity span)
    {
        var route = span.GetTagItem(Route) as string ?? (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        if (route is not null)
        {
            span.SetTag(Route, route.StartsWith('/') ? route : "/" + route);
        }
        if (span.GetTagItem(RequestMetrics.RpcMethod) is string method)
        {
            span.DisplayName = method;
        }
        else
        {
            span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {span.GetTagItem(Route)}";
        }
        var status = context.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        if (status >= 500)
        {
            span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture)).SetStatus(ActivityStatusCode.Error);
        }
    }
}
