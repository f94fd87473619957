namespace IdResolution.Server.Pages;

/// <summary>One event on the page of an item.</summary>
/// <param name="Type">What happened, in the page's language.</param>
/// <param name="Time">When, by the plant's clock.</param>
/// <param name="IsVoided">True if the event was corrected.</param>
/// <param name="Members">Where, with what, why.</param>
public sealed record StoryRow(string Type, DateTimeOffset Time, bool IsVoided, IReadOnlyList<PageRow> Members);
