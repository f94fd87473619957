namespace IdResolution.Server.Pages;

/// <summary>Where an item is, and what happened to it. Only for those who may read events.</summary>
/// <param name="Status">Its place, parent, disposition and balance.</param>
/// <param name="Holds">Why it must not be used, a text for each hold; empty if it may.</param>
/// <param name="Events">The latest events, the newest first.</param>
/// <param name="HasMore">True if there are earlier events.</param>
/// <param name="BackwardUrl">The page of what it was made from.</param>
/// <param name="ForwardUrl">The page of what was made from it.</param>
public sealed record PageStory(
    IReadOnlyList<PageRow> Status,
    IReadOnlyList<string> Holds,
    IReadOnlyList<StoryRow> Events,
    bool HasMore,
    string BackwardUrl,
    string ForwardUrl
);
