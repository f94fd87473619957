namespace IdResolution.Server.Handle.Http;

/// <summary>Finds the call that a target names, and says what it takes.</summary>
internal static class HttpRoutes
{
    private const string Start = "/api/";

    private static readonly string[] Reading = ["GET", "HEAD", "POST"];

    /// <summary>Finds the call; false for targets of others.</summary>
    /// <param name="target">The raw target.</param>
    /// <param name="route">The call.</param>
    /// <param name="rest">The path after the call's name, percent-encoded; empty for none.</param>
    public static bool TryFind(string target, out HttpRoute route, out ReadOnlySpan<char> rest)
    {
        route = default;
        rest = default;
        if (!target.StartsWith(Start, StringComparison.Ordinal))
        {
            return false;
        }
        var path = target.AsSpan(Start.Length);
        var question = path.IndexOf('?');
        path = question < 0 ? path : path[..question];
        var slash = path.IndexOf('/');
        rest = slash < 0 ? default : path[(slash + 1)..];
        var isList = rest.IsEmpty;
        switch (slash < 0 ? path : path[..slash])
        {
            case "handles":
                route = isList ? HttpRoute.Handles : HttpRoute.Handle;
                return true;
            case "prefixes":
                route = isList ? HttpRoute.Prefixes : HttpRoute.Prefix;
                return true;
            case "sessions":
                route = isList ? HttpRoute.Sessions : HttpRoute.Session;
                return isList || rest is "this" or "this/";
            case "site":
                route = HttpRoute.Site;
                return isList;
            case "verifications":
                route = HttpRoute.Verification;
                return !isList;
            default:
                return false;
        }
    }

    /// <summary>
    /// The methods that a call takes, OPTIONS aside. What only reads also takes its parameters as a form.
    /// </summary>
    public static string[] MethodsOf(HttpRoute route) =>
        route switch
        {
            HttpRoute.Handle => [.. Reading, "PUT", "DELETE"],
            HttpRoute.Prefix => ["POST", "DELETE"],
            HttpRoute.Sessions => ["POST"],
            HttpRoute.Session => ["GET", "HEAD", "POST", "PUT", "DELETE"],
            _ => Reading,
        };

    /// <summary>The route as telemetry names it.</summary>
    public static string NameOf(HttpRoute route) =>
        route switch
        {
            HttpRoute.Handles => "/api/handles",
            HttpRoute.Handle => "/api/handles/{**handle}",
            HttpRoute.Prefixes => "/api/prefixes",
            HttpRoute.Prefix => "/api/prefixes/{prefix}",
            HttpRoute.Site => "/api/site",
            HttpRoute.Verification => "/api/verifications/{**user}",
            HttpRoute.Sessions => "/api/sessions",
            _ => "/api/sessions/this",
        };
}
