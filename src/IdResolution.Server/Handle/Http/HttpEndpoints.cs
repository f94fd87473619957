using IdResolution.HandleProtocol.Messages;

namespace IdResolution.Server.Handle.Http;

/// <summary>Maps the calls of the HTTP JSON interface by path and method.</summary>
internal sealed class HttpEndpoints(
    HandleHttp http,
    HandleCalls handles,
    ListCalls lists,
    ServerCalls server,
    SessionCalls sessions
)
{
    /// <summary>The route of one handle, for telemetry.</summary>
    public const string OneHandle = Api + "/handles/{**handle}";

    private const string Api = "/api";

    // Calls that only read also accept their parameters as a posted form.
    private static readonly string[] Reading = ["GET", "HEAD", "POST"];

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(Api).ExcludeFromDescription();
        MapHandles(api);
        MapPrefixes(api);
        Map(api, "/site", new HttpEndpoint(OpCode.GetSiteInfo, server.SiteAsync, Reading));
        Map(api, "/verifications/{**user}", new HttpEndpoint(OpCode.VerifyChallenge, server.VerifyAsync, Reading));
        MapSessions(api);
    }

    private void MapHandles(RouteGroupBuilder api)
    {
        Map(api, "/handles", new HttpEndpoint(OpCode.ListHandles, lists.AnswerAsync, Reading));
        Map(
            api,
            "/handles/{**handle}",
            new HttpEndpoint(OpCode.Resolution, handles.ResolveAsync, Reading),
            new HttpEndpoint(OpCode.CreateHandle, handles.PutAsync, "PUT") { OperationOnValues = OpCode.AddValue },
            new HttpEndpoint(OpCode.DeleteHandle, handles.DeleteAsync, "DELETE")
            {
                OperationOnValues = OpCode.RemoveValue,
            }
        );
    }

    private void MapPrefixes(RouteGroupBuilder api)
    {
        Map(api, "/prefixes", new HttpEndpoint(OpCode.ListHomedPrefixes, server.PrefixesAsync, Reading));
        Map(
            api,
            "/prefixes/{**prefix}",
            new HttpEndpoint(OpCode.HomePrefix, server.HomeAsync, "POST"),
            new HttpEndpoint(OpCode.UnhomePrefix, server.UnhomeAsync, "DELETE")
        );
    }

    private void MapSessions(RouteGroupBuilder api)
    {
        Map(
            api,
            "/sessions",
            new HttpEndpoint(OpCode.SessionSetup, sessions.MakeAsync, "POST") { Authenticates = true }
        );
        Map(
            api,
            "/sessions/this",
            new HttpEndpoint(OpCode.SessionSetup, sessions.UseAsync, "GET", "HEAD", "POST", "PUT")
            {
                Authenticates = true,
            },
            new HttpEndpoint(OpCode.SessionTerminate, sessions.EndAsync, "DELETE") { Authenticates = true }
        );
    }

    /// <summary>
    /// Maps the calls of a path, and an answer to all other methods. The interface has its own error for those, and
    /// answers OPTIONS from browsers.
    /// </summary>
    private void Map(RouteGroupBuilder api, string path, params HttpEndpoint[] calls)
    {
        foreach (var call in calls)
        {
            api.MapMethods(path, call.Methods, context => http.AnswerAsync(context, call)).WithMetadata(call);
        }
        var others = calls[0] with { IsOtherMethod = true, Methods = [.. calls.SelectMany(call => call.Methods)] };
        api.Map(path, context => http.AnswerAsync(context, others)).WithMetadata(others);
    }
}
