using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>
/// Shows partners and grants: all of them from role reader up; to a key of a partner that one and the grants that it
/// has. For a partner those of others are not there. Thread-safe.
/// </summary>
public sealed class PartnerReader(CatalogHolder catalog)
{
    /// <summary>The most partners that front ends answer at once.</summary>
    public const int MaxPartners = 1_000;

    /// <summary>The most grants that front ends answer at once. One may have hundreds of values.</summary>
    public const int MaxGrants = 100;

    /// <summary>Reads partners in the order of their codes.</summary>
    /// <param name="after">The code of the last one of the page before; null for the first page.</param>
    /// <param name="limit">The greatest number, 1 or more.</param>
    /// <param name="caller">Who asks.</param>
    public Result<Partner[]> Partners(string? after, int limit, Caller caller) =>
        Refusal(caller) is { } refused
            ? refused
            : catalog
                .Current.Partners.Values.Where(p =>
                    IsShown(p, caller) && (after is null || string.CompareOrdinal(p.Code, after) > 0)
                )
                .Take(limit)
                .ToArray();

    /// <summary>One partner.</summary>
    public Result<Partner> Partner(string code, Caller caller) =>
        Refusal(caller) is { } refused ? refused : Find(code, caller, "code");

    /// <summary>Reads grants in the order in which they were made.</summary>
    /// <param name="partner">Only those that this partner has, by itself or by its groups; null for all.</param>
    /// <param name="after">The id of the last one of the page before; null for the first page.</param>
    /// <param name="limit">The greatest number, 1 or more.</param>
    /// <param name="caller">Who asks.</param>
    public Result<Grant[]> Grants(string? partner, string? after, int limit, Caller caller)
    {
        if (Refusal(caller) is { } refused)
        {
            return refused;
        }
        Partner? of = null;
        if (partner is not null && !Find(partner, caller, "partner").TryGet(out of, out var unknown))
        {
            return unknown;
        }
        Grant? last = null;
        if (after is not null && !Grant(after, caller).TryGet(out last, out _))
        {
            return PartnerErrors.NoGrant(after, "after");
        }
        return catalog
            .Current.Grants.Values.Where(g =>
                IsShown(g, caller) && (of is null || IsOf(g, of)) && (last is null || g.Object > last.Object)
            )
            .OrderBy(static g => g.Object)
            .Take(limit)
            .Select(g => Shown(g, caller))
            .ToArray();
    }

    /// <summary>One grant.</summary>
    public Result<Grant> Grant(string id, Caller caller)
    {
        if (Refusal(caller) is { } refused)
        {
            return refused;
        }
        return catalog.Current.Grants.TryGetValue(id, out var grant) && IsShown(grant, caller)
            ? Shown(grant, caller)
            : PartnerErrors.NoGrant(id);
    }

    /// <summary>A grant as a caller sees it: to a partner without conditions on what it is not shown.</summary>
    private static Grant Shown(Grant grant, Caller caller) =>
        caller.Partner is null
            ? grant
            : grant with
            {
                Where =
                [
                    .. grant.Where.Where(condition =>
                        grant.Fields.Visibility == Visibility.Private
                        || grant.Fields.Attributes.Contains(condition.Attribute)
                    ),
                ],
            };

    private static Error? Refusal(Caller caller) =>
        caller.Partner is null ? AccessPolicy.RequireOfNode(caller, Role.Reader) : null;

    private Result<Partner> Find(string code, Caller caller, string field) =>
        catalog.Current.Partners.TryGetValue(code, out var partner) && IsShown(partner, caller)
            ? partner
            : PartnerErrors.NoPartner(code, field: field);

    private static bool IsShown(Partner partner, Caller caller) =>
        caller.Is(Role.Reader) || partner.Code == caller.Partner;

    private bool IsShown(Grant grant, Caller caller) =>
        caller.Is(Role.Reader)
        || (
            caller.Partner is { } own
            && catalog.Current.Partners.TryGetValue(own, out var partner)
            && IsOf(grant, partner)
        );

    private static bool IsOf(Grant grant, Partner partner) =>
        grant.Partner is { } code
            ? code == partner.Code
            : partner.Groups.Contains(grant.Group!, StringComparer.Ordinal);
}
