namespace IdResolution.Server.Pages;

/// <summary>One value on the page of a record.</summary>
/// <param name="Name">The attribute's name in the page's language.</param>
/// <param name="Value">The value as text; its line breaks are kept. An http(s) URL becomes a link.</param>
/// <param name="Unit">The unit of measurement, or null.</param>
/// <param name="Href">Where the value leads, http(s) or on this node; null, or any other scheme, for nowhere.</param>
public sealed record PageRow(string Name, string Value, string? Unit = null, string? Href = null)
{
    /// <summary>
    /// What the page links the value to: <see cref="Href"/> where it may, else a value that is an address, or null.
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
