using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// Routes calls of the HTTP JSON interface by the raw target. The framework decodes paths and removes dot segments, so
/// its path may no longer hold the handle that was asked for. This runs before the REST pipeline, which would read the
/// credentials as an API key and answer errors as problems. Everything below <c>/api/</c> but <c>/api/v1</c> is
/// answered here; other requests go on to that pipeline.
/// </summary>
internal static class HttpRouting
{
    private const string Api = "/api/";
    private const string Rest = "/api/v1";

    public static void Use(IApplicationBuilder app, Action<IEndpointRouteBuilder> map) =>
        app.UseWhen(
            static context => IsAddressed(RequestTarget.Of(context)),
            calls =>
            {
                calls.Use(static next => context => next(WithRawPath(context)));
                calls.UseRouting();
                calls.Use(static next => context => next(WithSpelledEndpoint(context)));
                calls.UseEndpoints(map);
                // What no call took. Dots that lead elsewhere are refused as everywhere.
                calls.Use(static next =>
                    context =>
                        DotSegment.IsIn(RequestTarget.Of(context)) ? next(context) : HttpFaults.NoSuchCallAsync(context)
                );
            }
        );

    /// <summary>The rest of the path after the call, still encoded. Empty for none.</summary>
    public static ReadOnlySpan<char> RestOf(ReadOnlySpan<char> target)
    {
        var path = PathOf(target)[Api.Length..];
        var slash = path.IndexOf('/');
        return slash < 0 ? default : path[(slash + 1)..];
    }

    private static bool IsAddressed(string target)
    {
        var path = PathOf(target);
        return path.StartsWith(Api, StringComparison.Ordinal)
            && !(
                path.StartsWith(Rest, StringComparison.Ordinal)
                && (path.Length == Rest.Length || path[Rest.Length] == '/')
            );
    }

    /// <summary>Lets the router see the raw path. Most handles have no character that makes a difference.</summary>
    private static HttpContext WithRawPath(HttpContext context)
    {
        var path = PathOf(RequestTarget.Of(context));
        if (!path.SequenceEqual(context.Request.Path.Value))
        {
            context.Features.Set(new DecodedPath(context.Request.Path));
            // The conversion from string to PathString would decode the path.
            context.Request.Path = new PathString(path.ToString());
        }
        return context;
    }

    /// <summary>Restores the path of the request. Drops an endpoint whose pattern does not match exactly.</summary>
    private static HttpContext WithSpelledEndpoint(HttpContext context)
    {
        if (
            context.GetEndpoint() is RouteEndpoint found
            && !IsSpelled(context.Request.Path.Value!, found.RoutePattern.RawText!)
        )
        {
            context.SetEndpoint(null);
            context.Request.RouteValues.Clear();
        }
        if (context.Features.Get<DecodedPath>() is { } decoded)
        {
            context.Request.Path = decoded.Path;
        }
        return context;
    }

    /// <summary>True for an exact match. The router ignores case, and accepts an empty rest for a parameter.</summary>
    private static bool IsSpelled(string path, string pattern)
    {
        var parameter = pattern.IndexOf('{', StringComparison.Ordinal);
        return parameter < 0
            ? path.StartsWith(pattern, StringComparison.Ordinal)
            : path.Length > parameter && path.StartsWith(pattern[..parameter], StringComparison.Ordinal);
    }

    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        var question = target.IndexOf('?');
        return question < 0 ? target : target[..question];
    }

    /// <summary>The path as the framework decoded it.</summary>
    private sealed record DecodedPath(PathString Path);
}
