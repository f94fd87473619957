using IdResolution.Core.Primitives;
using Microsoft.AspNetCore.Components;

namespace IdResolution.Server.Pages.Components;

/// <summary>
/// What every component of the pages is. It is drawn once, on the node, from its parameters alone: it waits for
/// nothing, keeps nothing, and no browser talks back to it. Components are public since Razor makes them so.
/// </summary>
public abstract class PageComponent : ComponentBase
{
    /// <summary>The page's language.</summary>
    [Parameter, EditorRequired]
    public Language Language { get; set; }

    /// <summary>A text in the page's language.</summary>
    protected string Say(Text text) => text.In(Language);
}
