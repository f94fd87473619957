using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Snms;

/// <summary>The names that the SNMS protocol shows, which are Chinese.</summary>
public static class SnmsNames
{
    /// <summary>The name of an attribute.</summary>
    public static string Of(AttributeDefinition attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        return attribute.Names?.In(Language.Chinese, attribute.Code) ?? attribute.Code;
    }
}
