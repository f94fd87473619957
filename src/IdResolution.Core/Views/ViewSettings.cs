using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Views;

/// <summary>The parts of a <see cref="ValueView"/> that are not in the record.</summary>
/// <param name="UrlOf">Makes the URL at which an identifier resolves.</param>
/// <param name="AdminOf">
/// Makes the data of an identifier's <c>HS_ADMIN</c> value, which names the administrators of its prefix.
/// </param>
public sealed record ViewSettings(Func<string, string> UrlOf, Func<Identifier, byte[]> AdminOf);
