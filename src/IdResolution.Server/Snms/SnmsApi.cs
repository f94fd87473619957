using IdResolution.Core.Access;
using IdResolution.Core.Snms;
using IdResolution.Server.Http;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Snms;

/// <summary>
/// Adds the SNMS protocol, versions 3 and 5, to the HTTP listener, and to one of its own where the settings name it.
/// </summary>
internal static class SnmsApi
{
    private static readonly string[] s_reading = ["GET", "HEAD"];

    public static IServiceCollection AddSnms(this IServiceCollection services) =>
        services
            .AddSingleton<SnmsTokens>()
            .AddSingleton<SnmsLogins>()
            .AddSingleton<SnmsTemplates>()
            .AddSingleton<SnmsIdentifiers>()
            .AddSingleton<SnmsLowerNodes>()
            .AddSingleton<LowerNodeCalls>()
            .AddSingleton<TokenCalls>()
            .AddSingleton<SnmsRoutes>()
            .AddSingleton<TemplateCalls>()
            .AddSingleton<RouteCalls>()
            .AddSingleton<IdentifierCalls>()
            .AddSingleton<DetailCall>()
            .AddSingleton<SnmsDenials>()
            .AddSingleton<SnmsHttp>();

    /// <summary>
    /// Answers the calls of the protocol before the REST pipeline, which would read a token as an API key and answer
    /// errors as problems. A listener of its own serves nothing else.
    /// </summary>
    public static void UseSnms(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        var detail = services.GetRequiredService<DetailCall>();
        app.Use(next => context => detail.TryFast(context) ?? next(context));
        app.UseWhen(
            static context => IsAddressed(context.Request.Path) || SnmsListener.Took(context),
            calls =>
            {
                calls.UseRouting();
                calls.UseEndpoints(routes => Map(routes, services));
                calls.Use(static next =>
                    context => SnmsListener.Took(context) ? NotFoundAsync(context) : next(context)
                );
            }
        );
    }

    private static bool IsAddressed(PathString path) =>
        path.StartsWithSegments(SnmsPaths.Data, StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments(SnmsPaths.Token, StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/snms/api", StringComparison.OrdinalIgnoreCase);

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static void Map(IEndpointRouteBuilder routes, IServiceProvider services)
    {
        var http = services.GetRequiredService<SnmsHttp>();
        MapTokens(routes, http, services.GetRequiredService<TokenCalls>());
        MapTemplates(routes, http, services.GetRequiredService<TemplateCalls>());
        MapRoutes(routes, http, services.GetRequiredService<RouteCalls>());
        MapIdentifiers(
            routes,
            http,
            services.GetRequiredService<IdentifierCalls>(),
            services.GetRequiredService<DetailCall>()
        );
        MapLowerNodes(routes, http, services.GetRequiredService<LowerNodeCalls>());
    }

    private static void MapLowerNodes(IEndpointRouteBuilder routes, SnmsHttp http, LowerNodeCalls calls)
    {
        MapPath(routes, http, SnmsPaths.IdnodePrefix, ("GET", Call("count-prefix", calls.PrefixAsync)));
        MapPath(routes, http, SnmsPaths.IdnodeIdentifiers, ("GET", Call("list-prefix", calls.ListAsync)));
        MapPath(routes, http, SnmsPaths.IdnodeIdentifier, ("GET", Call("look", calls.LookAsync)));
        MapPath(routes, http, SnmsPaths.IdnodeCounts, ("PUT", Call("report-counts", calls.TakeCountsAsync)));
    }

    private static SnmsEndpoint Call(string operation, Func<HttpContext, Task<SnmsReply>> answer) =>
        new(operation, Role.Registrar, answer);

    private static void MapTokens(IEndpointRouteBuilder routes, SnmsHttp http, TokenCalls calls)
    {
        MapPath(routes, http, SnmsPaths.Token, ("POST", new("log-in", Role.Anonymous, calls.LogInAsync)));
        MapPath(routes, http, SnmsPaths.TokenV1, ("POST", new("log-in", Role.Anonymous, calls.LogInByDigestAsync)));
    }

    private static void MapTemplates(IEndpointRouteBuilder routes, SnmsHttp http, TemplateCalls calls)
    {
        MapPath(
            routes,
            http,
            SnmsPaths.TemplateV3,
            ("GET", OfTemplates("read-template", Role.Partner, calls.ReadV3Async)),
            ("POST", OfTemplates("create-template", Role.Registrar, calls.CreateV3Async)),
            ("DELETE", OfTemplates("delete-template", Role.Registrar, calls.DeleteAsync))
        );
        MapPath(
            routes,
            http,
            SnmsPaths.TemplateV5,
            ("GET", OfTemplates("read-template", Role.Partner, calls.ReadV5Async)),
            ("POST", OfTemplates("create-template", Role.Registrar, calls.CreateV5Async)),
            ("PUT", OfTemplates("update-template", Role.Registrar, calls.UpdateAsync)),
            ("DELETE", OfTemplates("delete-template", Role.Registrar, calls.DeleteAsync))
        );

        static SnmsEndpoint OfTemplates(string operation, Role needed, Func<HttpContext, Task<SnmsReply>> answer) =>
            new(operation, needed, answer) { IsOfTemplates = true };
    }

    private static void MapRoutes(IEndpointRouteBuilder routes, SnmsHttp http, RouteCalls calls) =>
        MapPath(routes, http, SnmsPaths.EntConfig, ("POST", Call("set-route", calls.SetAsync)));

    private static void MapIdentifiers(
        IEndpointRouteBuilder routes,
        SnmsHttp http,
        IdentifierCalls calls,
        DetailCall detail
    )
    {
        MapPath(routes, http, SnmsPaths.Detail, ("GET", new(DetailCall.Operation, Role.Partner, detail.AnswerAsync)));
        MapPath(
            routes,
            http,
            SnmsPaths.Data,
            ("POST", Call("register", calls.RegisterAsync)),
            ("PUT", Call("update", calls.UpdateAsync)),
            ("DELETE", Call("revoke", calls.DeleteAsync))
        );
        MapPath(routes, http, SnmsPaths.BatchCreate, ("POST", Call("register-batch", calls.RegisterBatchAsync)));
        MapPath(routes, http, SnmsPaths.BatchUpdate, ("PUT", Call("update-batch", calls.UpdateBatchAsync)));
        MapPath(routes, http, SnmsPaths.BatchDelete, ("DELETE", Call("revoke-batch", calls.DeleteBatchAsync)));
    }

    /// <summary>
    /// Maps the calls of a path. A path that is served, but not with the request's method, is no call of the protocol
    /// at all.
    /// </summary>
    private static void MapPath(
        IEndpointRouteBuilder routes,
        SnmsHttp http,
        string path,
        params (string Method, SnmsEndpoint Endpoint)[] calls
    )
    {
        foreach (var (method, endpoint) in calls)
        {
            Map(routes, http, method, path, endpoint);
        }
        string[] methods = [.. calls.SelectMany(static call => Methods(call.Method))];
        routes.Map(path, context => MethodNotAllowed.AnswerAsync(context, methods)).ExcludeFromDescription();
    }

    private static string[] Methods(string method) => method == "GET" ? s_reading : [method];

    private static void Map(
        IEndpointRouteBuilder routes,
        SnmsHttp http,
        string method,
        string path,
        SnmsEndpoint endpoint
    ) =>
        routes
            .MapMethods(path, Methods(method), context => http.AnswerAsync(context, endpoint))
            .WithMetadata(
                endpoint,
                new CallName(SnmsHttp.FrontEnd, endpoint.Operation),
                new RoleNeededAttribute(endpoint.Needed)
            )
            .ExcludeFromDescription();
}
