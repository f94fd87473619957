using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Primitives;
using IdResolution.Server.Http;
using IdResolution.Server.Pages;

namespace IdResolution.Server.Rest;

/// <summary>The calls and the page for the enterprises whose records this node takes.</summary>
internal sealed class EnterpriseEndpoints(
    EnterpriseReader enterprises,
    RouteEditor routes,
    PageEndpoints page,
    PageRenderer pages,
    PlantClock plant
)
{
    /// <summary>The methods of the page. A form with a key is posted.</summary>
    public static readonly string[] Methods = ["GET", "HEAD", "POST"];

    private const int PageSize = 100;

    public async Task ListAsync(HttpContext context)
    {
        var limit = (int)HttpResults.Number(context, "limit");
        await HttpResults.JsonAsync(
            context,
            await enterprises.ReadAsync(
                HttpResults.Text(context, "after"),
                limit,
                context.Caller(),
                context.RequestAborted
            ),
            found => new EnterprisesAnswer([.. found.Select(Shown)], found.Length == limit ? found[^1].Prefix : null),
            RestJson.Default.EnterprisesAnswer
        );
    }

    public Task SetRouteAsync(HttpContext context, string prefix) =>
        HttpResults.WithBodyAsync(
            context,
            RestJson.Default.RouteBody,
            async (body, misread) =>
                await HttpResults.JsonAsync(
                    context,
                    await routes.SaveAsync(
                        new PrefixRoute
                        {
                            Prefix = prefix,
                            Address = body.Address,
                            Tcp = body.Tcp ?? 0,
                            Udp = body.Udp ?? 0,
                            Http = body.Http ?? 0,
                            Url = body.Url,
                            Host = body.Host,
                        },
                        context.Caller(),
                        context.RequestAborted,
                        misread
                    ),
                    Shown,
                    RestJson.Default.RouteBody
                )
        );

    /// <summary>Answers <c>/enterprises</c>: to an admin's key, in the header or posted by the form.</summary>
    public async Task PageAsync(HttpContext context)
    {
        var language = PageEndpoints.LanguageOf(context);
        var isPost = HttpMethods.IsPost(context.Request.Method);
        var key = isPost ? await page.KeyAsync(context) : context.Caller();
        var found = key.IsOk
            ? await enterprises.ReadAsync(
                context.Request.Query["after"].FirstOrDefault(),
                PageSize,
                key.Value,
                context.RequestAborted
            )
            : key.Error;
        if (!found.TryGet(out var shown, out _))
        {
            await page.AskForKeyAsync(context, RequestTarget.Of(context), rejected: isPost, language);
            return;
        }
        var content = PageOf(context, shown, language);
        await PageAnswer.WriteAsync(context, StatusCodes.Status200OK, await pages.EnterprisesAsync(content, language));
    }

    private EnterprisePage PageOf(HttpContext context, Enterprise[] shown, Language language)
    {
        var now = plant.Now;
        return new EnterprisePage(
            [.. shown.Select(e => Row(e, now, language))],
            shown.Length == PageSize ? "?after=" + Uri.EscapeDataString(shown[^1].Prefix) : null,
            PageEndpoints.SwitchUrl(context, language)
        );
    }

    private DateTimeOffset? Here(DateTimeOffset? time) => time is { } at ? plant.At(at) : null;

    private EnterpriseRow Row(Enterprise enterprise, DateTimeOffset now, Language language) =>
        new(enterprise.Prefix, [.. enterprise.Keys.Where(k => k.IsValid(now)).Select(k => k.Name ?? k.Id)])
        {
            Identifiers = enterprise.Identifiers,
            RegisteredAt = Here(enterprise.RegisteredAt),
            SeenAt = Here(enterprise.SeenAt),
            Route = enterprise.Route?.Shown().In(language) ?? "",
        };

    private static EnterpriseAnswer Shown(Enterprise enterprise) =>
        new(
            enterprise.Prefix,
            [.. enterprise.Keys.Select(k => new EnterpriseKey(k.Id, k.Role, k.Name, k.ExpiresAt, k.RevokedAt))],
            enterprise.Identifiers
        )
        {
            RegisteredAt = enterprise.RegisteredAt,
            SeenAt = enterprise.SeenAt,
            Route = enterprise.Route is { } route ? Shown(route) : null,
        };

    private static RouteBody Shown(PrefixRoute route) =>
        new(route.Address, Given(route.Tcp), Given(route.Udp), Given(route.Http), route.Url, route.Host);

    private static int? Given(int port) => port == 0 ? null : port;
}
