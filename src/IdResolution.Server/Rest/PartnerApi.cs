using IdResolution.Core.Access;
using IdResolution.Core.Administration;

namespace IdResolution.Server.Rest;

/// <summary>Declares the calls about partners and what they are shown.</summary>
internal static class PartnerApi
{
    /// <summary>For a grant with long lists of values.</summary>
    private static readonly BodyLimit s_grant = new(262_144);

    public static void Map(RouteGroupBuilder group, PartnerEndpoints partners)
    {
        MapPartners(group, partners);
        MapGrants(group, partners);
    }

    private static void MapPartners(RouteGroupBuilder group, PartnerEndpoints partners)
    {
        RestApi
            .Map(
                group,
                "partners",
                "GET /partners",
                partners.ListAsync,
                "List partners",
                "By code. From role reader up all of them; to a partner's key itself alone.",
                Role.Partner
            )
            .Text("after", "Goes on where the page before ended: its next.")
            .Number("limit", "Partners in one answer.", absent: 100, least: 1, PartnerReader.MaxPartners)
            .Produces<PartnersAnswer>();
        RestApi
            .Map(
                group,
                "savePartner",
                "POST /partners",
                partners.SaveAsync,
                "Make or change a partner",
                "As a whole, but the code: it never changes. No partner is deleted.",
                Role.Admin
            )
            .Takes<PartnerBody>(BodyLimits.Small)
            .Produces<PartnerBody>(201)
            .Produces<PartnerBody>();
        RestApi
            .Map(
                group,
                "partner",
                "GET /partners/{code}",
                partners.GetAsync,
                "One partner",
                "For a partner's key others are not there.",
                Role.Partner
            )
            .Produces<PartnerBody>();
    }

    private static void MapGrants(RouteGroupBuilder group, PartnerEndpoints partners)
    {
        RestApi
            .Map(
                group,
                "grants",
                "GET /grants",
                partners.ListGrantsAsync,
                "List grants",
                "In the order in which they were made, those that are over too. To a partner's key those that it has.",
                Role.Partner
            )
            .Text("partner", "Only those that this partner has, by itself or by its groups.")
            .Text("after", "Goes on where the page before ended: its next.")
            .Number("limit", "Grants in one answer.", absent: 100, least: 1, PartnerReader.MaxGrants)
            .Produces<GrantsAnswer>()
            .Refuses(404);
        RestApi
            .Map(
                group,
                "makeGrant",
                "POST /grants",
                partners.MakeGrantAsync,
                "Show a partner something",
                "A grant never changes: make another and end the first.",
                Role.Admin
            )
            .Takes<GrantBody>(s_grant)
            .Produces<GrantAnswer>(201);
        RestApi
            .Map(
                group,
                "grant",
                "GET /grants/{id}",
                partners.GetGrantAsync,
                "One grant",
                "For a partner's key those of others are not there.",
                Role.Partner
            )
            .Produces<GrantAnswer>();
        RestApi
            .Map(
                group,
                "endGrant",
                "DELETE /grants/{id}",
                partners.EndGrantAsync,
                "End a grant",
                "For good. It stays in the list; ending it again changes nothing.",
                Role.Admin
            )
            .Produces(204);
    }
}
