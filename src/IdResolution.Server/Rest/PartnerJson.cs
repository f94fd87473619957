using IdResolution.Core.Access;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Rest;

/// <summary>A partner: another company, to which keys are tied and grants are given.</summary>
internal sealed record PartnerBody(
    string Code,
    Names? Names = null,
    string? Company = null,
    IReadOnlyList<string>? Groups = null
)
{
    public static PartnerBody Of(Partner partner) =>
        new(partner.Code, partner.Names, partner.Company, GrantBody.Given(partner.Groups));

    public Partner ToPartner() =>
        new()
        {
            Code = Code,
            Names = Names,
            Company = Company,
            Groups = Groups ?? [],
        };
}

/// <summary>A page of partners. <c>Next</c> is what the next page is after; null on the last one.</summary>
internal sealed record PartnersAnswer(IReadOnlyList<PartnerBody> Items, string? Next = null);

/// <summary>The grant to be made.</summary>
internal sealed record GrantBody(
    GrantShown Fields,
    string Purpose,
    string? Partner = null,
    string? Group = null,
    IReadOnlyList<string>? Templates = null,
    IReadOnlyList<GrantWhere>? Where = null,
    HiddenForm? Hidden = null,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null
)
{
    /// <summary>A list, or null in place of an empty one.</summary>
    public static IReadOnlyList<T>? Given<T>(IReadOnlyList<T> list) => list.Count == 0 ? null : list;

    public Grant ToGrant() =>
        new()
        {
            Id = "",
            CreatedAt = default,
            Partner = Partner,
            Group = Group,
            Templates = Templates ?? [],
            Where = [.. (Where ?? []).Select(static w => new GrantCondition(w.Attribute, w.Values))],
            Fields = Fields.ToFields(),
            Hidden = Hidden ?? HiddenForm.Omit,
            Purpose = Purpose,
            From = From,
            Until = Until,
        };
}

/// <summary>What an attribute of an item must say.</summary>
internal sealed record GrantWhere(string Attribute, IReadOnlyList<string> Values);

/// <summary>What a grant shows beyond public attributes.</summary>
internal sealed record GrantShown(
    IReadOnlyList<string>? Attributes = null,
    Visibility? Visibility = null,
    IReadOnlyList<string>? Events = null,
    IReadOnlyList<string>? Links = null,
    bool Measurements = false
)
{
    public static GrantShown Of(GrantFields fields) =>
        new(
            GrantBody.Given(fields.Attributes),
            fields.Visibility,
            GrantBody.Given(fields.Events),
            GrantBody.Given(fields.Links),
            fields.Measurements
        );

    public GrantFields ToFields() =>
        new()
        {
            Attributes = Attributes ?? [],
            Visibility = Visibility ?? Core.Templates.Visibility.Public,
            Events = Events ?? [],
            Links = Links ?? [],
            Measurements = Measurements,
        };
}

/// <summary>A grant.</summary>
internal sealed record GrantAnswer(
    string Id,
    GrantState State,
    GrantShown Fields,
    string Purpose,
    HiddenForm Hidden,
    DateTimeOffset CreatedAt,
    string? Partner = null,
    string? Group = null,
    IReadOnlyList<string>? Templates = null,
    IReadOnlyList<GrantWhere>? Where = null,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null,
    DateTimeOffset? EndedAt = null
)
{
    public static GrantAnswer Of(Grant grant, DateTimeOffset now) =>
        new(
            grant.Id,
            grant.StateAt(now),
            GrantShown.Of(grant.Fields),
            grant.Purpose,
            grant.Hidden,
            grant.CreatedAt,
            grant.Partner,
            grant.Group,
            GrantBody.Given(grant.Templates),
            GrantBody.Given<GrantWhere>([.. grant.Where.Select(static w => new GrantWhere(w.Attribute, w.Values))]),
            grant.From,
            grant.Until,
            grant.EndedAt
        );
}

/// <summary>A page of grants. <c>Next</c> is what the next page is after; null on the last one.</summary>
internal sealed record GrantsAnswer(IReadOnlyList<GrantAnswer> Items, string? Next = null);
