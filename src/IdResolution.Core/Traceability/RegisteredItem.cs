using IdResolution.Core.Registration;

namespace IdResolution.Core.Traceability;

/// <summary>The answer to an item that was registered, with what happened to it.</summary>
/// <param name="Registered">The item.</param>
public sealed record RegisteredItem(Registered Registered)
{
    /// <summary>The events of the links, in the order given; null for one that is not there.</summary>
    public IReadOnlyList<RecordedEvent?> Links { get; init; } = [];

    /// <summary>The events, in the order given; null for one that is not there.</summary>
    public IReadOnlyList<RecordedEvent?> Events { get; init; } = [];

    /// <summary>The holds that are in force on the item, such as those of what it was made from.</summary>
    public IReadOnlyList<HoldStatus> Holds { get; init; } = [];
}
