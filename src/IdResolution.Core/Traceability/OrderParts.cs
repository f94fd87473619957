using IdResolution.Core.Events;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>What events say of an order.</summary>
/// <param name="Record">The record of the order.</param>
/// <param name="Number">The log number at which it was read.</param>
/// <param name="Events">The events that name the order, by their numbers.</param>
/// <param name="Parts">Their items, with what was on carriers then.</param>
internal sealed record OrderParts(
    StoredRecord Record,
    long Number,
    IReadOnlyDictionary<long, ItemEvent> Events,
    IReadOnlyList<EventPart> Parts
)
{
    // What left or came says more than what was made ready for it, and that more than what was promised.
    private static readonly EventType[] s_types = [EventType.Ship, EventType.Receive, EventType.Move, EventType.Cover];

    /// <summary>
    /// The numbers of what was shipped; where nothing was, of what was received, else picked, else covered. Each once,
    /// in the order of the events and of their lists, and what was on a carrier behind it.
    /// </summary>
    public long[] Items() =>
        s_types
            .Select(type => Parts.Where(part => Events[part.Event].Type == type).ToList())
            .FirstOrDefault(static some => some.Count > 0)
            ?.OrderBy(part => Events[part.Event].Time)
            .ThenBy(static part => part.Event)
            .ThenBy(static part => part.Row)
            .Select(static part => part.Item)
            .Distinct()
            .ToArray()
        ?? [];
}
