namespace IdResolution.Server.Pages;

/// <summary>One value on the page of a record.</summary>
/// <param name="Name">The attribute's name in the page's language, or the type and index of a raw value.</param>
/// <param name="Value">The value as text. Line breaks are kept. An http or https URL becomes a link.</param>
/// <param name="Unit">The unit of measurement, or null.</param>
/// <param name="Href">The URL that the value links to: http, https or a path on this node. Others are ignored.</param>
public sealed record PageRow(string Name, string Value, string? Unit = null, string? Href = null)
{
    /// <summary>
    /// The target of the value's link: <see cref="Href"/> if allowed, else the value if it is a web URL, else null.
    /// </summary>
    public string? Link
    {
        get
        {
            if (PageLinks.IsAllowed(Href))
            {
                return Href;
            }
            return PageLinks.IsWeb(Value) ? Value : null;
        }
    }
}
