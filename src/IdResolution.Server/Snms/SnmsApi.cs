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
        MapCall("GET", SnmsPaths.IdnodePrefix, "count-prefix", calls.PrefixAsync);
        MapCall("GET", SnmsPaths.IdnodeIdentifiers, "list-prefix", calls.ListAsync);
        MapCall("GET", SnmsPaths.IdnodeIdentifier, "look", calls.LookAsync);
        MapCall("PUT", SnmsPaths.IdnodeCounts, "report-counts", calls.TakeCountsAsync);

        void MapCall(string method, string path, string operation, Func<HttpContext, Task<SnmsReply>> answer)
        {
            Map(routes, http, method, path, new(operation, Role.Registrar, answer));
            MapOthers(routes, path, method == "GET" ? s_reading : [method]);
        }
    }

    private static void MapTokens(IEndpointRouteBuilder routes, SnmsHttp http, TokenCalls calls)
    {
        Map(routes, http, "POST", SnmsPaths.Token, new("log-in", Role.Anonymous, calls.LogInAsync));
        Map(routes, http, "POST", SnmsPaths.TokenV1, new("log-in", Role.Anonymous, calls.LogInByDigestAsync));
        MapOthers(routes, SnmsPaths.Token, "POST");
        MapOthers(routes, SnmsPaths.TokenV1, "POST");
    }

    private static void MapTemplates(IEndpointRouteBuilder routes, SnmsHttp http, TemplateCalls calls)
    {
        MapTemplate("GET", SnmsPaths.TemplateV3, "read-template", Role.Partner, calls.ReadV3Async);
        MapTemplate("POST", SnmsPaths.TemplateV3, "create-template", Role.Registrar, calls.CreateV3Async);
        MapTemplate("DELETE", SnmsPaths.TemplateV3, "delete-template", Role.Registrar, calls.DeleteAsync);
        MapOthers(routes, SnmsPaths.TemplateV3, "GET", "HEAD", "POST", "DELETE");
        MapTemplate("GET", SnmsPaths.TemplateV5, "read-template", Role.Partner, calls.ReadV5Async);
        MapTemplate("POST", SnmsPaths.TemplateV5, "create-template", Role.Registrar, calls.CreateV5Async);
        MapTemplate("PUT", SnmsPaths.TemplateV5, "update-template", Role.Registrar, calls.UpdateAsync);
        MapTemplate("DELETE", SnmsPaths.TemplateV5, "delete-template", Role.Registrar, calls.DeleteAsync);
        MapOthers(routes, SnmsPaths.TemplateV5, "GET", "HEAD", "POST", "PUT", "DELETE");

        void MapTemplate(
            string method,
            string path,
            string operation,
            Role needed,
            Func<HttpContext, Task<SnmsReply>> answer
        ) => Map(routes, http, method, path, new(operation, needed, answer) { IsOfTemplates = true });
    }

    private static void MapRoutes(IEndpointRouteBuilder routes, SnmsHttp http, RouteCalls calls)
    {
        Map(routes, http, "POST", SnmsPaths.EntConfig, new("set-route", Role.Registrar, calls.SetAsync));
        MapOthers(routes, SnmsPaths.EntConfig, "POST");
    }

    private static void MapIdentifiers(
        IEndpointRouteBuilder routes,
        SnmsHttp http,
        IdentifierCalls calls,
        DetailCall detail
    )
    {
        Map(routes, http, "GET", SnmsPaths.Detail, new(DetailCall.Operation, Role.Partner, detail.AnswerAsync));
        MapOthers(routes, SnmsPaths.Detail, "GET", "HEAD");
        Map(routes, http, "POST", SnmsPaths.Data, new("register", Role.Registrar, calls.RegisterAsync));
        Map(routes, http, "PUT", SnmsPaths.Data, new("update", Role.Registrar, calls.UpdateAsync));
        Map(routes, http, "DELETE", SnmsPaths.Data, new("revoke", Role.Registrar, calls.DeleteAsync));
        MapOthers(routes, SnmsPaths.Data, "POST", "PUT", "DELETE");
        Map(
            routes,
            http,
            "POST",
            SnmsPaths.BatchCreate,
            new("register-batch", Role.Registrar, calls.RegisterBatchAsync)
        );
        MapOthers(routes, SnmsPaths.BatchCreate, "POST");
        Map(routes, http, "PUT", SnmsPaths.BatchUpdate, new("update-batch", Role.Registrar, calls.UpdateBatchAsync));
        MapOthers(routes, SnmsPaths.BatchUpdate, "PUT");
        Map(routes, http, "DELETE", SnmsPaths.BatchDelete, new("revoke-batch", Role.Registrar, calls.DeleteBatchAsync));
        MapOthers(routes, SnmsPaths.BatchDelete, "DELETE");
    }

    private static void Map(
        IEndpointRouteBuilder routes,
        SnmsHttp http,
        string method,
        string path,
        SnmsEndpoint endpoint
    ) =>
        routes
            .MapMethods(path, method == "GET" ? s_reading : [method], context => http.AnswerAsync(context, endpoint))
            .WithMetadata(
                endpoint,
                new CallName(SnmsHttp.FrontEnd, endpoint.Operation),
                new RoleNeededAttribute(endpoint.Needed)
            )
            .ExcludeFromDescription();

    /// <summary>A path that is served, but not with the request's method, is no call of the protocol at all.</summary>
    private static void MapOthers(IEndpointRouteBuilder routes, string path, params string[] methods) =>
        routes.Map(path, context => MethodNotAllowed.AnswerAsync(context, methods)).ExcludeFromDescription();
}
