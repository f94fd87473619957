using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>Reads what callers name in questions about events.</summary>
internal static class EventItems
{
    /// <summary>Adds a fault where a template is named that there is none of.</summary>
    public static void CheckTemplate(string? code, NodeCatalog catalog, Faults faults)
    {
        if (code is not null && catalog.FindLatest(code) is null)
        {
            faults.Add("template", "must be the code of a template", "应为模板的代码");
        }
    }

    /// <summary>The key of an identifier of this node, or of a text; null for none, or with a fault.</summary>
    public static ItemKey? KeyOf(string? text, string field, NodeCatalog catalog, Faults faults)
    {
        if (text is null)
        {
            return null;
        }
        if (Identifier.TryParse(text, out var identifier) && catalog.IsHomed(identifier))
        {
            return ItemKey.Of(identifier);
        }
        if (EventTexts.IsText(text, EventRules.MaxText))
        {
            return ItemKey.OfText(text);
        }
        faults.Add(field, "must be an identifier: prefix/suffix, or a text", "应为标识（前缀/后缀）或文本");
        return null;
    }
}
