using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>An attribute that more people see by a new version of its template.</summary>
/// <param name="Template">The template's code.</param>
/// <param name="Attribute">The attribute's code.</param>
/// <param name="Before">Who saw it; null for nobody, since it was disabled.</param>
/// <param name="After">Who sees it.</param>
public sealed record WidenedAttribute(string Template, string Attribute, Visibility? Before, Visibility After)
{
    /// <summary>The attributes that more people see by the later one of two versions.</summary>
    internal static IEnumerable<WidenedAttribute> Between(Template earlier, Template later) =>
        from after in later.Attributes
        let before = earlier.Attributes.FirstOrDefault(a => a.Code == after.Code)
        where before is not null && after.State == AttributeState.Active
        let seen = before.State == AttributeState.Active ? before.Visibility : (Visibility?)null
        where seen is null || after.Visibility > seen
        select new WidenedAttribute(later.Code, after.Code, seen, after.Visibility);
}
