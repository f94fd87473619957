namespace IdResolution.Core.Snms;

/// <summary>
/// An identifier with its values, as a caller of the SNMS protocol gave it. Members are null where absent.
/// </summary>
/// <param name="Handle">The identifier.</param>
/// <param name="TemplateVersion">The version text of its template.</param>
/// <param name="Values">The values.</param>
public sealed record SnmsItem(string? Handle, string? TemplateVersion, IReadOnlyList<SnmsGiven>? Values);
