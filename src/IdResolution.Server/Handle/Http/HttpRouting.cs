using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// Has the framework's router find the calls of the interface by the raw target, as it is spelled: a path that was
/// decoded and had its dot segments taken out would not hold the handle that was asked for. Ahead of the pipeline of
/// REST, which would take the credentials for a key and answer faults as problems; what is no call of the interface
/// goes on to it.
/// </summary>
internal static class HttpRouting
{
    private const string Api = "/api/";
    private const string Rest = "/api/v1/";

    private static readonly object PathKey = new();

    /// <summary>Routes requests to the calls that are mapped.</summary>
    public static void Use(IApplicationBuilder app, Action<IEndpointRouteBuilder> map) =>
        app.UseWhen(
            static context => IsAddressed(RequestTarget.Of(context)),
            calls =>
            {
                calls.Use(static next => context => next(WithRawPath(context)));
                calls.UseRouting();
                calls.Use(static next => context => next(WithSpelledEndpoint(context)));
                calls.UseEndpoints(map);
            }
        );

    /// <summary>What a path names after the call, still encoded; empty for none.</summary>
    public static ReadOnlySpan<char> RestOf(ReadOnlySpan<char> target)
    {
        var path = PathOf(target)[Api.Length..];
        var slash = path.IndexOf('/');
        return slash < 0 ? default : path[(slash + 1)..];
    }

    private static bool IsAddressed(string target) =>
        target.StartsWith(Api, StringComparison.Ordinal) && !target.StartsWith(Rest, StringComparison.Ordinal);

    private static HttpContext WithRawPath(HttpContext context)
    {
        context.Items[PathKey] = context.Request.Path;
        // Not by the conversion from text, which would decode it.
        context.Request.Path = new PathString(PathOf(RequestTarget.Of(context)).ToString());
        return context;
    }

    /// <summary>Gives the request its own path back, and drops an endpoint that was found too generously.</summary>
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
        context.Request.Path = (PathString)context.Items[PathKey]!;
        return context;
    }

    /// <summary>The router takes letters of any case, and an empty rest for a parameter.</summary>
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
}
