using IdResolution.Core.Errors;
using IdResolution.Server.Http;
using Microsoft.AspNetCore.Routing.Template;

namespace IdResolution.Server.Rest;

/// <summary>
/// Answers requests that no route matches: asks each <see cref="IRootPath"/>. A path that routes take with other
/// methods is 405, or says them to OPTIONS; all others are 404: browsers get a page, others a problem.
/// </summary>
internal sealed class RootPaths(IEnumerable<IRootPath> paths, PageEndpoints pages, EndpointDataSource endpoints)
{
    // Routes outside /api/v1 on this listener. The others are gRPC's, and those of the Handle protocol's JSON, which
    // answers other methods itself.
    private static readonly string[] s_others =
    [
        "/",
        "/r",
        "/scanners",
        "/enterprises",
        "/healthz",
        "/readyz",
        $"/openapi/{ApiDescription.Document}.json",
    ];

    private readonly IRootPath[] _paths = [.. paths];

    public Task AnswerAsync(HttpContext context)
    {
        var target = RequestTarget.Of(context);
        foreach (var path in _paths)
        {
            if (path.TryAnswer(context, target) is { } answered)
            {
                return answered;
            }
        }
        if (Methods(context.Request) is { Length: > 0 } methods)
        {
            return MethodNotAllowed.AnswerAsync(context, methods);
        }
        return pages.TryAnswerNothing(context, target)
            ?? Problem.WriteAsync(
                context,
                Error.Of(
                    ErrorCode.NotFound,
                    "There is no such call at this path; see /docs.",
                    "该路径没有对应的接口，详见 /docs。"
                )
            );
    }

    /// <summary>The methods that routes take at a path. The fallback hides them from the router's own answer.</summary>
    private string[] Methods(HttpRequest request)
    {
        var path = request.Path;
        if (path.StartsWithSegments("/docs") && !RestApi.ReadMethods.Contains(request.Method))
        {
            // These files are no routes.
            return RestApi.ReadMethods;
        }
        return
        [
            .. endpoints
                .Endpoints.OfType<RouteEndpoint>()
                .Where(route =>
                    (
                        route.Metadata.GetMetadata<RestCall>() is not null
                        || s_others.Contains(route.RoutePattern.RawText)
                    ) && new TemplateMatcher(new RouteTemplate(route.RoutePattern), []).TryMatch(path, [])
                )
                .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
                .Distinct(),
        ];
    }
}
