using IdResolution.Core.Primitives;
using Microsoft.AspNetCore.Components;

namespace IdResolution.Server.Pages.Components;

/// <summary>
/// The base of all page components. A component is drawn once, on the node, from its parameters alone. It does not
/// wait, keeps no state, and gets no events from the browser. Components are public because Razor generates public
/// classes.
/// </summary>
public abstract class PageComponent : ComponentBase
{
    /// <summary>The page's language.</summary>
    [Parameter, EditorRequired]
    public Language Language { get; set; }

    /// <summary>Gives a text in the page's language.</summary>
    protected string Say(Text text) => text.In(Language);
}
