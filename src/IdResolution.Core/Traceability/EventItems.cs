using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>Reads what callers name in questions about events.</summary>
internal static class EventItems
{
    /// <summary>The key of an identifier, or of a text where texts are taken; null for none, or with a fault.</summary>
    public static ItemKey? KeyOf(string? text, string field, bool mustBeItem, NodeCatalog catalog, Faults faults)
    {
        if (text is null)
        {
            return null;
        }
        var isIdentifier = Identifier.TryParse(text, out var identifier);
        if (mustBeItem ? !isIdentifier : !isIdentifier || !catalog.IsHomed(identifier!))
        {
            if (mustBeItem || !EventTexts.IsText(text, EventRules.MaxText))
            {
                faults.Add(field, "must be an identifier: prefix/suffix", "应为标识：前缀/后缀");
                return null;
            }
            return ItemKey.OfText(text);
        }
        return ItemKey.Of(identifier!);
    }
}
