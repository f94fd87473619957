namespace IdResolution.Server.Pages;

/// <summary>The enterprises whose records this node takes.</summary>
/// <param name="Enterprises">The enterprises.</param>
/// <param name="NextUrl">The query of the next page, for which the key is asked again; null on the last one.</param>
/// <param name="LanguageSwitchUrl">The URL of the same page in the other language; null for no link.</param>
public sealed record EnterprisePage(
    IReadOnlyList<EnterpriseRow> Enterprises,
    string? NextUrl,
    string? LanguageSwitchUrl = null
);
