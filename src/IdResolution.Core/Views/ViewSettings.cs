using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Views;

/// <summary>What <see cref="ValueView"/> renders that is not in the record.</summary>
/// <param name="UrlOf">The resolution URL of an identifier.</param>
/// <param name="AdminOf">
/// The data of the <c>HS_ADMIN</c> value of an identifier, which names the administrators of its prefix.
/// </param>
public sealed record ViewSettings(Func<string, string> UrlOf, Func<Identifier, byte[]> AdminOf);
