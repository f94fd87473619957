using System.Net.Sockets;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Snms;

/// <summary>Routes of prefixes as the SNMS protocol sets them (<c>ent/config</c>). Thread-safe.</summary>
public sealed class SnmsRoutes(CatalogHolder catalog, RouteEditor routes)
{
    private const string Member = "entPrefixConfig.";
    private const string SiteType = "HS_SITE";
    private const int MaxPrefix = 64;

    /// <summary>Sets the route of a prefix of the caller's.</summary>
    public async Task<Result<PrefixRoute>> SetAsync(
        SnmsRouteForm form,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(form);
        if (
            (CheckPrefix(form.Prefix) ?? RouteEditor.Refusal(form.Prefix!, caller, catalog.Current) ?? Check(form)) is
            { } refused
        )
        {
            return refused;
        }
        var route = new PrefixRoute { Prefix = form.Prefix!, Host = form.Host };
        var saved = await routes.SaveAddressAsync(
            form.Host is not null
                ? route
                : route with
                {
                    Address = form.Address,
                    Tcp = form.Tcp ?? 0,
                    Udp = form.Udp ?? 0,
                    Http = form.Http ?? 0,
                },
            caller,
            cancellationToken
        );
        return saved.Error is { Code: ErrorCode.InvalidValue }
            ? SnmsErrors.Invalid(Member + "ip", "is the address of this node itself", "不能是本节点自身的地址")
            : saved;
    }

    private static Error? CheckPrefix(string? prefix)
    {
        if (string.IsNullOrEmpty(prefix))
        {
            return SnmsErrors.Missing(Member + "entPrefix");
        }
        return prefix.Length > MaxPrefix ? SnmsErrors.TooLong(Member + "entPrefix", MaxPrefix) : null;
    }

    private static Error? Check(SnmsRouteForm form)
    {
        if (form.Host is { } host)
        {
            return host < 0 ? SnmsErrors.Misshapen("proxyServerId") : null;
        }
        if (form.Type != SiteType)
        {
            return SnmsErrors.Misshapen(Member + "hdlType");
        }
        if (form.AddressType is not (4 or 6))
        {
            return SnmsErrors.Misshapen(Member + "ipType");
        }
        if (string.IsNullOrEmpty(form.Address))
        {
            return SnmsErrors.Missing(Member + "ip");
        }
        if (
            !RouteRules.TryAddress(form.Address, out var address)
            || address.AddressFamily
                != (form.AddressType == 4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6)
        )
        {
            return SnmsErrors.Misshapen(Member + "ip");
        }
        return CheckPorts(form);
    }

    private static Error? CheckPorts(SnmsRouteForm form)
    {
        foreach (var (name, port) in new[] { ("tcpPort", form.Tcp), ("udpPort", form.Udp), ("httpPort", form.Http) })
        {
            if (port is { } given && !RouteRules.IsPort(given))
            {
                return SnmsErrors.Misshapen(Member + name);
            }
        }
        return form is { Tcp: null, Udp: null, Http: null }
            ? SnmsErrors.Invalid(
                Member + "tcpPort",
                "or another port must be given",
                "、udpPort、httpPort 至少填写一个"
            )
            : null;
    }
}
